import { Button, Group, Modal } from "@mantine/core";

import { useTranslation } from "@/i18n";

import classes from "./Trouble.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Before a message is sent again that may have arrived: the customer could get it twice. */
export default function ResendDialog({ opened, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("thread.unconfirmed.confirmTitle")}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="sm"
      classNames={{ title: classes.modalTitle }}
    >
      <p className={classes.text}>{t("thread.unconfirmed.confirmText")}</p>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("common.cancel")}
        </Button>
        <Button onClick={onConfirm}>{t("thread.unconfirmed.confirm")}</Button>
      </Group>
    </Modal>
  );
}
