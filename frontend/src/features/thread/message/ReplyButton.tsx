import { IconArrowBackUp } from "@tabler/icons-react";

import type { Message, MessageStatus } from "@/api";
import { useTranslation } from "@/i18n";

import { useMessageActions } from "./actions";
import classes from "./ReplyButton.module.css";

// WhatsApp can only quote what it knows.
const UNKNOWN_TO_WHATSAPP = new Set<MessageStatus | null>(["queued", "sending", "failed", "unknown"]);

export function isQuotable(message: Message): boolean {
  return message.direction === "inbound" || !UNKNOWN_TO_WHATSAPP.has(message.status);
}

/** Beside a message, on hover or when the keyboard is on it. */
export function ReplyButton({ message, isActive }: { message: Message; isActive: boolean }) {
  const { t } = useTranslation();
  const { reply } = useMessageActions();
  if (!reply || !isQuotable(message)) return null;
  return (
    <button
      type="button"
      className={classes.reply}
      tabIndex={isActive ? 0 : -1}
      title={t("thread.reply")}
      aria-label={t("thread.replyTo")}
      onClick={() => reply(message)}
    >
      <IconArrowBackUp size={16} stroke={1.75} aria-hidden />
    </button>
  );
}
