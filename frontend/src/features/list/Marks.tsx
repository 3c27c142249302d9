import { IconCircleCheck, IconClockExclamation, IconUserQuestion } from "@tabler/icons-react";

import { type Conversation, hoursAndMinutes, serverTime, useMe, windowState } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar, useNow } from "@/ui";

import classes from "./Marks.module.css";

interface Props {
  conversation: Conversation;
  /** Whether the list holds several states, so that each row has to tell its own. */
  showsStatus: boolean;
}

/** What one should know before opening it: a window about to close, who has it, or that nobody does. */
export function Marks({ conversation, showsStatus }: Props) {
  return (
    <>
      <ClosingWindow conversation={conversation} />
      <Holder conversation={conversation} showsStatus={showsStatus} />
    </>
  );
}

function ClosingWindow({ conversation: { status, window_closes_at } }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const state = windowState(window_closes_at, serverTime(useNow()));
  if (status === "closed" || state.kind !== "open" || !state.isClosing) return null;
  const { hours, minutes } = hoursAndMinutes(state.remainingMs);
  const time = hours > 0 ? `${hours} h ${minutes} min` : `${Math.max(1, minutes)} min`;
  const label = t("list.row.closesIn", { time });
  return (
    <span className={classes.waiting} role="img" aria-label={label} title={label}>
      <IconClockExclamation size={16} stroke={1.75} aria-hidden />
    </span>
  );
}

function Holder({ conversation: { status, assignee }, showsStatus }: Props) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  if (status === "closed") {
    if (!showsStatus) return null;
    return (
      <span
        className={classes.quiet}
        role="img"
        aria-label={t("list.row.closed")}
        title={t("list.row.closed")}
      >
        <IconCircleCheck size={16} stroke={1.75} aria-hidden />
      </span>
    );
  }
  if (assignee) {
    if (assignee.id === me?.membership?.id) return null;
    const label = t("list.row.assignedTo", { name: assignee.name });
    return (
      <span className={classes.quiet} role="img" aria-label={label} title={label}>
        <Avatar name={assignee.name} seed={`member-${assignee.id}`} size={18} />
      </span>
    );
  }
  if (status !== "unassigned" || !showsStatus) return null;
  return (
    <span
      className={classes.waiting}
      role="img"
      aria-label={t("list.row.unassigned")}
      title={t("list.row.unassigned")}
    >
      <IconUserQuestion size={16} stroke={1.75} aria-hidden />
    </span>
  );
}
