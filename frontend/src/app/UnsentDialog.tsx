import { Button, Group, Modal, Text } from "@mantine/core";

import { useTranslation } from "@/i18n";

export interface Props {
  opened: boolean;
  /** How many wait. */
  count: number;
  onClose: () => void;
  onLeave: () => void;
}

/** Leaving with messages that have not left: nobody else's eyes should find them on this computer. */
export default function UnsentDialog({ opened, count, onClose, onLeave }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t("shell.unsent.title")}>
      <Text>{t("shell.unsent.text", { count })}</Text>
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("shell.unsent.stay")}
        </Button>
        <Button color="red" onClick={onLeave}>
          {t("shell.unsent.leave")}
        </Button>
      </Group>
    </Modal>
  );
}
