import { useTranslation } from "@/i18n";
import { ConfirmDialog, type DialogProps } from "@/ui/dialog";

export interface Props extends DialogProps {
  /** How many wait. */
  count: number;
  onLeave: () => void;
}

/** Leaving with messages that have not left: nobody else's eyes should find them on this computer. */
export default function UnsentDialog({ count, onLeave, ...dialog }: Props) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      {...dialog}
      isDestructive
      onConfirm={onLeave}
      title={t("shell.unsent.title")}
      text={t("shell.unsent.text", { count })}
      stay={t("shell.unsent.stay")}
      confirm={t("shell.unsent.leave")}
    />
  );
}
