import { useTranslation } from "@/i18n";
import { dayNumber, useNow, useZone } from "@/ui";

import { dayHeading } from "../model/days";
import type { FloatingDay } from "../model/floating";
import classes from "./DayLine.module.css";

/** The line that opens a day. */
export function DayLine({ day }: { day: number }) {
  return (
    <div className={classes.line}>
      <span className={classes.pill}>{useDayHeading()(day)}</span>
    </div>
  );
}

/** The day of what is at the top of the list, while that day's own line is out of sight. */
export function FloatingDayLabel({ floating }: { floating: FloatingDay | null }) {
  const heading = useDayHeading();
  if (floating === null) return null;
  return (
    <div
      className={classes.floating}
      aria-hidden="true"
      style={{ transform: `translateY(${-floating.pushedBy}px)` }}
    >
      <span className={classes.pill}>{heading(floating.day)}</span>
    </div>
  );
}

export function UnreadLine({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.unread}>
      <span>{t("thread.unread", { count })}</span>
    </div>
  );
}

function useDayHeading() {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const today = dayNumber(useNow(), timeZone);
  return (day: number) =>
    dayHeading(day, {
      language: i18n.language,
      today,
      todayWord: t("thread.today"),
      yesterdayWord: t("thread.yesterdayHeading"),
    });
}
