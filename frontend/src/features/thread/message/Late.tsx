import { Tooltip } from "@mantine/core";
import { IconHourglassLow } from "@tabler/icons-react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { fullTime, useZone } from "@/ui";

import classes from "./marks.module.css";

/** Says that a message reached us long after the customer wrote it. */
export function Late({ message }: { message: Message }) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const label = t("thread.lateExplained", {
    sent: fullTime(message.occurred_at, i18n.language, timeZone),
    arrived: fullTime(message.created_at, i18n.language, timeZone),
  });
  return (
    <Tooltip label={label} multiline maw={280}>
      <span className={classes.late}>
        <IconHourglassLow size={12} stroke={2} aria-hidden />
        {t("thread.late")}
      </span>
    </Tooltip>
  );
}
