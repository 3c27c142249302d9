import { memo } from "react";
import { Link } from "wouter";

import type { Conversation } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar, personName, TimeLabel } from "@/ui";

import { Marks } from "./Marks";
import { Preview } from "./Preview";
import classes from "./Row.module.css";

interface Props {
  conversation: Conversation;
  href: string;
  isSelected: boolean;
  isTabStop: boolean;
  showsStatus: boolean;
  onFocus: (id: number) => void;
}

/** One conversation in the list. */
export const Row = memo(function Row({
  conversation,
  href,
  isSelected,
  isTabStop,
  showsStatus,
  onFocus,
}: Props) {
  const { t } = useTranslation();
  const { id, contact, unread_count: unread, last_message: last } = conversation;
  const name = personName(contact, t("common.unnamed"));
  return (
    <Link
      href={href}
      className={classes.row}
      data-conversation={id}
      data-selected={isSelected || undefined}
      data-unread={unread > 0 || undefined}
      aria-current={isSelected ? "page" : undefined}
      tabIndex={isTabStop ? 0 : -1}
      draggable={false}
      onFocus={() => onFocus(id)}
    >
      <Avatar name={contact.name} seed={contact.id} size={40} />
      <span className={classes.lines}>
        <span className={classes.line}>
          <span className={classes.name} dir="auto" title={name}>
            {name}
          </span>
          <TimeLabel at={last?.occurred_at ?? conversation.last_activity_at} className={classes.time} />
        </span>
        <span className={classes.line}>
          <Preview conversation={conversation} />
          <Marks conversation={conversation} showsStatus={showsStatus} />
          {unread > 0 && (
            <span className={classes.unread} role="img" aria-label={t("list.row.unread", { count: unread })}>
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </span>
      </span>
    </Link>
  );
});
