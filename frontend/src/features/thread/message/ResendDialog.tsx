import { useTranslation } from "@/i18n";
import { ConfirmDialog, type DialogProps } from "@/ui/dialog";

interface Props extends DialogProps {
  onConfirm: () => void;
}

/** Before a message is sent again that may have arrived: the customer could get it twice. */
export default function ResendDialog(props: Props) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      {...props}
      title={t("thread.unconfirmed.confirmTitle")}
      text={t("thread.unconfirmed.confirmText")}
      stay={t("common.cancel")}
      confirm={t("thread.unconfirmed.confirm")}
    />
  );
}
