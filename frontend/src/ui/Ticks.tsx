import { IconAlertCircleFilled, IconCheck, IconChecks, IconClock, IconHelpCircle } from "@tabler/icons-react";
import type { ComponentType } from "react";

import type { MessageStatus } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./Ticks.module.css";

interface Sign {
  icon: ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;
  tone: "grey" | "read" | "failed" | "unknown";
}

const CLOCK: Sign = { icon: IconClock, tone: "grey" };
const SIGNS: Record<MessageStatus, Sign> = {
  queued: CLOCK,
  sending: CLOCK,
  accepted: { icon: IconCheck, tone: "grey" },
  sent: { icon: IconCheck, tone: "grey" },
  delivered: { icon: IconChecks, tone: "grey" },
  read: { icon: IconChecks, tone: "read" },
  played: { icon: IconChecks, tone: "read" },
  failed: { icon: IconAlertCircleFilled, tone: "failed" },
  unknown: { icon: IconHelpCircle, tone: "unknown" },
};

interface Props {
  status: MessageStatus;
  size?: number;
}

/** How far our message has come: a clock, one tick, two, two in blue; «!» failed, «?» sin confirmar. */
export function Ticks({ status, size = 16 }: Props) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = SIGNS[status];
  const label = t(`common.ticks.${status}`);
  return (
    <span role="img" aria-label={label} title={label} data-status={status} className={classes[tone]}>
      <Icon size={size} stroke={tone === "grey" && Icon === IconClock ? 1.75 : 2} aria-hidden />
    </span>
  );
}
