import { CloseButton } from "@mantine/core";
import { notifications, useNotifications } from "@mantine/notifications";

import { useTranslation } from "@/i18n";

import classes from "./PlainNotices.module.css";

/** Notices without their library's looks and timers: they stay until they are closed. */
export function PlainNotices() {
  const { t } = useTranslation();
  const told = useNotifications().notifications;
  return (
    <div className={classes.corner}>
      {told.map(({ id, title, message }) => (
        <div key={id} className={classes.notice} role="alert">
          <div className={classes.words}>
            {title && <strong>{title}</strong>}
            <div className={classes.message}>{message}</div>
          </div>
          <CloseButton aria-label={t("common.close")} onClick={() => id && notifications.hide(id)} />
        </div>
      ))}
    </div>
  );
}
