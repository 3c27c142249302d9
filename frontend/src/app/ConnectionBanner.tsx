import { IconCloudOff, IconRefresh } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import { useRoute } from "wouter";

import { useTranslation } from "@/i18n";
import { useConnection } from "@/realtime";

import classes from "./ConnectionBanner.module.css";

const PATIENCE_MS = 2_000;

/** Said aloud when the screen has not been live for two seconds. It floats, so nothing under it moves. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const state = useConnection();
  const isLive = state === "live";
  const [isDue, setDue] = useState(false);
  const [isThread] = useRoute("/o/:slug/chats/:conversationId");

  useEffect(() => {
    if (isLive) return;
    const timer = setTimeout(() => setDue(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setDue(false);
    };
  }, [isLive]);

  const Icon = state === "offline" ? IconCloudOff : IconRefresh;
  return (
    <div className={classes.place} data-thread={isThread || undefined} role="status">
      {isDue && state !== "live" && (
        <div className={classes.banner} data-state={state}>
          <Icon size={16} stroke={1.75} aria-hidden />
          <span className={classes.long}>{t(`shell.banner.${state}`)}</span>
          <span className={classes.short} aria-hidden="true">
            {t(`shell.connection.${state}`)}
          </span>
        </div>
      )}
    </div>
  );
}
