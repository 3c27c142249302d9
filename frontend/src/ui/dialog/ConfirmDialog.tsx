import { Button } from "@mantine/core";

import { Dialog, DialogButtons, type DialogProps, DialogText } from "./Dialog";

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
      <DialogText>{text}</DialogText>
      <DialogButtons>
        <Button variant="default" onClick={onClose} data-autofocus>
          {stay}
        </Button>
        <Button color={isDestructive ? "red" : undefined} onClick={onConfirm}>
          {confirm}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
