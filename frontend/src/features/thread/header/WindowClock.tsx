import { IconClock, IconLock } from "@tabler/icons-react";

import { type Conversation, hoursAndMinutes, serverTime, windowState } from "@/api";
import { useTranslation } from "@/i18n";
import { useNow } from "@/ui";

import classes from "./ThreadHeader.module.css";

/** How long one may still answer freely; the same figure stands above the message box. */
export function WindowClock({
  conversation: { window_closes_at: closesAt },
}: {
  conversation: Conversation;
}) {
  const { t } = useTranslation();
  const state = windowState(closesAt, serverTime(useNow()));
  if (state.kind === "never") return null;
  if (state.kind === "closed") {
    return (
      <span className={classes.clock} data-tone="closed" title={t("thread.header.windowClosed")}>
        <IconLock size={12} stroke={2} aria-hidden className={classes.fixed} />
        <span className={classes.ellipsis}>{t("thread.header.windowShut")}</span>
      </span>
    );
  }
  const { hours, minutes } = hoursAndMinutes(state.remainingMs);
  const time =
    hours > 0
      ? t("composer.duration.hours", { hours })
      : t("composer.duration.minutes", { minutes: Math.max(1, minutes) });
  const label = t("thread.header.windowOpen", { time });
  return (
    <span
      role="img"
      className={`${classes.clock} tabular`}
      data-tone={state.isClosing ? "closing" : undefined}
      title={label}
      aria-label={label}
    >
      <IconClock size={12} stroke={2} aria-hidden />
      {time}
    </span>
  );
}
