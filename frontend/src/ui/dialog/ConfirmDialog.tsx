import { Button, Group } from "@mantine/core";

import { Dialog, type DialogProps } from "./Dialog";
import classes from "./Dialog.module.css";

interface Props extends DialogProps {
  onConfirm: () => void;
  title: string;
  text: string;
  /** What the button says that changes nothing; it has the focus at first. */
  stay: string;
  confirm: string;
  /** Something is lost by confirming. */
  isDestructive?: boolean;
}

/** A question before something that cannot be taken back. */
export function ConfirmDialog(props: Props) {
  const { opened, onClose, onConfirm, title, text, stay, confirm, isDestructive = false } = props;
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <p className={classes.text}>{text}</p>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          {stay}
        </Button>
        <Button color={isDestructive ? "red" : undefined} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Dialog>
  );
}
