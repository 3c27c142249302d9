import { Tooltip } from "@mantine/core";
import { IconCloudCheck, IconCloudOff, IconRefresh } from "@tabler/icons-react";

import { useTranslation } from "@/i18n";
import { useConnection } from "@/realtime";

import classes from "./ConnectionSign.module.css";

/** How the line to the server stands, always in view. */
export function ConnectionSign({ isOpen }: { isOpen: boolean }) {
  const { t } = useTranslation();
  const state = useConnection();
  const label = t(`shell.connection.${state}`);
  const Icon = state === "live" ? IconCloudCheck : state === "offline" ? IconCloudOff : IconRefresh;
  return (
    <Tooltip label={label} position="right" disabled={isOpen}>
      <div className={classes.sign} data-state={state} role="img" aria-label={label} data-testid="connection">
        <Icon size={20} stroke={1.5} className={classes.icon} aria-hidden />
        {isOpen && <span className={classes.label}>{label}</span>}
      </div>
    </Tooltip>
  );
}
