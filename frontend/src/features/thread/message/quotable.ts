import type { Message, MessageStatus } from "@/api";

// WhatsApp can only quote what it knows.
const UNKNOWN_TO_WHATSAPP = new Set<MessageStatus | null>(["queued", "sending", "failed", "unknown"]);

export function isQuotable(message: Message): boolean {
  if (message.deleted_at) return false;
  return message.direction === "inbound" || !UNKNOWN_TO_WHATSAPP.has(message.status);
}
