import type { Message } from "@/api";

import { isQuotable } from "../message/quotable";

const OLDEST_MS = 30 * 24 * 3_600_000;

/**
 * Whether WhatsApp takes a reaction to a message.
 *
 * Source: WhatsApp Business Platform, "Reaction messages" (not for messages older than 30 days).
 */
export function isReactable(message: Message, now: number): boolean {
  if (!isQuotable(message) || message.type === "system") return false;
  return now - Date.parse(message.occurred_at) < OLDEST_MS;
}
