import type { Message } from "@/api";
import { useTranslation } from "@/i18n";

import { useMessageActions } from "../message/actions";
import { useTabIndex } from "../message/rowFocus";
import classes from "./Reactions.module.css";
import { useReactionWords } from "./useReactionWords";

/** Below a bubble: what both sides think of it. A click says who, and changes ours. */
export function Reactions({ message }: { message: Message }) {
  const { i18n } = useTranslation();
  const words = useReactionWords();
  const tabIndex = useTabIndex();
  const { openReactions } = useMessageActions();
  const { reactions } = message;
  if (reactions.length === 0 || message.deleted_at) return null;
  const signs = [...new Set(reactions.map(({ emoji }) => emoji))];
  const who = new Intl.ListFormat(i18n.language, { type: "unit", style: "long" }).format(
    reactions.map(words),
  );
  return (
    <button
      type="button"
      className={classes.badge}
      tabIndex={tabIndex}
      title={who}
      aria-label={who}
      aria-haspopup="dialog"
      onClick={({ currentTarget }) => openReactions(message.id, currentTarget)}
    >
      {signs.map((sign) => (
        <span key={sign} className={classes.sign}>
          {sign}
        </span>
      ))}
      {signs.length < reactions.length && <span className="tabular">{reactions.length}</span>}
    </button>
  );
}
