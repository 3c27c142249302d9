import type { Message, MessageStatus, StatusChange } from "@/api";

import { compareTimes } from "./order";

// Accepted and sent are the same single tick, so between these two nothing goes backwards.
const RANK: Partial<Record<MessageStatus, number>> = {
  queued: 0,
  sending: 1,
  accepted: 2,
  sent: 2,
  delivered: 3,
  read: 4,
  played: 5,
};

/**
 * Tell whether a message that shows `current` may now show `next`. A snapshot can be newer than the event
 * that follows it, and a tick that was blue never turns grey again; a person's retry begins anew.
 */
export function mayAdvance(current: MessageStatus | null, next: MessageStatus | null): boolean {
  if (current === null || next === null || current === next) return true;
  if (current === "failed" || current === "unknown") return true;
  const reached = RANK[current] ?? 0;
  if (next === "failed") return reached <= 2;
  if (next === "unknown") return reached <= 1;
  return (RANK[next] ?? 0) >= reached;
}

/** Lay a change of status over a message. `queued` is a retry by a person and always counts. */
export function withStatus(message: Message, change: StatusChange): Message {
  if (change.status !== "queued" && !mayAdvance(message.status, change.status)) return message;
  return {
    ...message,
    status: change.status,
    error: change.error,
    sent_at: change.sent_at ?? message.sent_at,
    delivered_at: change.delivered_at ?? message.delivered_at,
    read_at: change.read_at ?? message.read_at,
  };
}

/** Join two copies of a message, of which neither is surely the newer one. */
export function mergeMessages(held: Message, incoming: Message): Message {
  const joined = withWords(held, incoming);
  if (mayAdvance(held.status, incoming.status))
    return {
      ...joined,
      sent_at: incoming.sent_at ?? held.sent_at,
      delivered_at: incoming.delivered_at ?? held.delivered_at,
      read_at: incoming.read_at ?? held.read_at,
    };
  const { status, error, sent_at, delivered_at, read_at } = held;
  return { ...joined, status, error, sent_at, delivered_at, read_at };
}

/** What was deleted never shows its words again, and a later edit is not undone by an earlier copy. */
function withWords(held: Message, incoming: Message): Message {
  if (!hasLaterWords(held, incoming)) return incoming;
  const { text, content, attachments, reactions, edited_at, deleted_at } = held;
  return { ...incoming, text, content, attachments, reactions, edited_at, deleted_at };
}

function hasLaterWords(held: Message, incoming: Message): boolean {
  if (incoming.deleted_at) return false;
  if (held.deleted_at) return true;
  if (!held.edited_at) return false;
  return !incoming.edited_at || compareTimes(held.edited_at, incoming.edited_at) > 0;
}
