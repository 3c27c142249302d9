import { IconCircleCheck, IconHourglassEmpty, IconMessage2, IconSend } from "@tabler/icons-react";

import type { ConversationStatus } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./ThreadHeader.module.css";

const ICONS = {
  unassigned: IconHourglassEmpty,
  open: IconMessage2,
  closed: IconCircleCheck,
  none: IconSend,
};

export function StatusBadge({ status }: { status: ConversationStatus }) {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  return (
    <span className={classes.badge} data-status={status}>
      <Icon size={12} stroke={2} aria-hidden />
      {t(`common.status.${status}`)}
    </span>
  );
}
