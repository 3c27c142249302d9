import { IconArrowBackUp, IconMoodPlus } from "@tabler/icons-react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";

import { useMessageActions } from "./actions";
import { isQuotable } from "./quotable";
import classes from "./RowButtons.module.css";
import { useTabIndex } from "./rowFocus";

/** Beside a message, on hover or when the keyboard is on it: answer, react. */
export function RowButtons({ message }: { message: Message }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { reply, mayReact, openReactions } = useMessageActions();
  return (
    <span className={classes.buttons}>
      {reply && isQuotable(message) && (
        <button
          type="button"
          className={classes.button}
          tabIndex={tabIndex}
          title={t("thread.reply")}
          aria-label={t("thread.replyTo")}
          onClick={() => reply(message)}
        >
          <IconArrowBackUp size={16} stroke={1.75} aria-hidden />
        </button>
      )}
      {mayReact(message) && (
        <button
          type="button"
          className={classes.button}
          tabIndex={tabIndex}
          title={t("content.reaction.add")}
          aria-label={t("content.reaction.addTo")}
          aria-haspopup="dialog"
          onClick={({ currentTarget }) => openReactions(message.id, currentTarget)}
        >
          <IconMoodPlus size={16} stroke={1.75} aria-hidden />
        </button>
      )}
    </span>
  );
}
