import { CloseButton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { useTranslation } from "@/i18n";
import { useOutboxActions, useStrays } from "@/realtime";

import classes from "./StrayNotice.module.css";

/** What was written and could not leave, because its chat can be seen here no more. Its words are kept. */
export function StrayNotice() {
  const { t } = useTranslation();
  const outbox = useOutboxActions();
  const strays = useStrays();
  if (strays.length === 0) return null;
  return (
    <div className={classes.notice} role="status">
      <IconAlertTriangle size={18} stroke={1.75} aria-hidden />
      <div className={classes.words}>
        <strong>{t("shell.stray.title", { count: strays.length })}</strong>
        <span>{t("shell.stray.text")}</span>
        <ul className={classes.list}>
          {strays.map(({ clientId, text, media }) => (
            <li key={clientId}>
              <span dir="auto">{text || media?.attachment.file_name || t("shell.stray.file")}</span>
              <CloseButton
                size="sm"
                aria-label={t("shell.stray.discard")}
                title={t("shell.stray.discard")}
                onClick={() => outbox.discard(clientId)}
              />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
