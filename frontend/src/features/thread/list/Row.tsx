import { memo } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import type { OutboxEntry } from "@/realtime";
import { clockTime, readablePhone, useZone } from "@/ui";

import { useMessageActions } from "../message/actions";
import { Bubble } from "../message/Bubble";
import { RowFocus } from "../message/rowFocus";
import { SystemLine } from "../message/SystemLine";
import { UnsentBubble } from "../message/UnsentBubble";
import type { ThreadItem } from "../model/items";
import { DayLine, UnreadLine } from "./DayLine";
import classes from "./MessageList.module.css";

interface Props {
  item: ThreadItem<OutboxEntry>;
  position: number;
  isActive: boolean;
  isFlashing: boolean;
  onFocus: (key: string) => void;
}

/** One row of the thread, whatever it holds. */
export const Row = memo(function Row({ item, position, isActive, isFlashing, onFocus }: Props) {
  const label = useRowLabel();
  if (item.kind === "day") return <DayLine day={item.day} />;
  if (item.kind === "unread") return <UnreadLine count={item.count} />;
  if (item.kind === "system") return <SystemLine message={item.message} />;
  return (
    <article
      className={classes.message}
      data-row={item.key}
      data-first={item.isFirst || undefined}
      data-flash={isFlashing || undefined}
      tabIndex={isActive ? 0 : -1}
      aria-posinset={position}
      aria-setsize={-1}
      aria-label={label(item)}
      aria-keyshortcuts="R E"
      onFocus={() => onFocus(item.key)}
    >
      <RowFocus value={isActive}>
        {item.kind === "message" ? (
          <Bubble message={item.message} isFirst={item.isFirst} />
        ) : (
          <UnsentBubble entry={item.unsent} isFirst={item.isFirst} />
        )}
      </RowFocus>
    </article>
  );
});

function useRowLabel() {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const { viewerId } = useMessageActions();
  const whoWrote = ({ author, origin }: Message) =>
    readablePhone(author.name) || t(origin === "phone" ? "content.fromPhone" : "common.unnamed");
  return (item: ThreadItem<OutboxEntry> & { kind: "message" | "unsent" }): string => {
    const isOwn =
      item.kind === "unsent" ||
      (item.message.author.kind === "member" && item.message.author.id === viewerId);
    const at = item.kind === "unsent" ? item.unsent.createdAt : item.message.occurred_at;
    const who = isOwn ? t("thread.you") : whoWrote(item.message);
    return `${who}, ${clockTime(at, i18n.language, timeZone)}`;
  };
}
