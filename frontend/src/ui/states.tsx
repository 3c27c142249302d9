import { Button } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useErrorText, useTranslation } from "@/i18n";

import classes from "./states.module.css";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** One sentence: why it is empty, or what will fill it. */
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyProps) {
  return (
    <div className={classes.state}>
      <span className={classes.icon} aria-hidden="true">
        {icon}
      </span>
      <p className={classes.title}>{title}</p>
      {children && <p className={classes.text}>{children}</p>}
      {action}
    </div>
  );
}

interface ErrorProps {
  title: string;
  error: unknown;
  onRetry: () => void;
}

/** What happened, in words, and the way to try again. */
export function ErrorState({ title, error, onRetry }: ErrorProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div className={classes.state} role="alert">
      <span className={classes.failed} aria-hidden="true">
        <IconAlertTriangle size={24} stroke={1.5} />
      </span>
      <p className={classes.title}>{title}</p>
      <p className={classes.text}>{errorText(error)}</p>
      <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.75} />} onClick={onRetry}>
        {t("common.retry")}
      </Button>
    </div>
  );
}
