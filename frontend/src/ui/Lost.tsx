import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Component, type ReactNode, useEffect, useRef } from "react";

import { useTranslation } from "@/i18n";

import classes from "./states.module.css";

/** The file of a part did not come. */
export class PartLost extends Error {}

interface BoundaryProps {
  instead: ReactNode;
  children: ReactNode;
}

/** A part that is lost takes nothing else away. Errors of the part itself go on to whoever is above. */
export class LostBoundary extends Component<BoundaryProps, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const error: unknown = this.state.error;
    if (error === null) return this.props.children;
    if (error instanceof PartLost) return this.props.instead;
    throw error;
  }
}

interface LostProps {
  opened?: boolean;
  onClose?: () => void;
}

/** In the place of a lost part: what can be closed is, with a notice; what stands in the page says so there. */
export function Lost({ opened = true, onClose }: LostProps) {
  return onClose ? <Closed opened={opened} onClose={onClose} /> : <LostState />;
}

function Closed({ opened, onClose }: Required<LostProps>) {
  const { t } = useTranslation();
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    if (!opened) return;
    close.current();
    notifications.show({
      id: "part-lost",
      color: "red",
      // What can be done in it is not taken away.
      autoClose: false,
      title: t("common.lost.title"),
      message: (
        <>
          <p className={classes.text}>{t("common.lost.text")}</p>
          <Reload />
        </>
      ),
    });
  }, [opened, t]);
  return null;
}

function LostState() {
  const { t } = useTranslation();
  return (
    <div className={classes.lost} role="alert">
      <p className={classes.text}>{t("common.lost.text")}</p>
      <Reload />
    </div>
  );
}

function Reload() {
  const { t } = useTranslation();
  return (
    <Button variant="default" size="xs" mt="sm" onClick={() => window.location.reload()}>
      {t("common.lost.reload")}
    </Button>
  );
}
