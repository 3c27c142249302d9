import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

import { useTranslation } from "@/i18n";

import classes from "./Dialog.module.css";

export interface DialogProps {
  opened: boolean;
  onClose: () => void;
}

interface Props extends DialogProps {
  title: string;
  /** In pixels. */
  width?: number;
  children: ReactNode;
}

/** A window over the page. Ours all look like this one. */
export function Dialog({ opened, onClose, title, width = 380, children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size={width}
      classNames={{ content: classes.content, header: classes.header, title: classes.title }}
    >
      {children}
    </Modal>
  );
}

/** What explains a dialog, below its title. */
export function DialogText({ role, children }: { role?: "status"; children: ReactNode }) {
  return (
    <p className={classes.text} role={role}>
      {children}
    </p>
  );
}

/** The ways out, at the end of a dialog. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className={classes.buttons}>{children}</div>;
}
