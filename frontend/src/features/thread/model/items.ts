import type { Message } from "@/api";
import { dayNumber } from "@/ui/time";

/** A message that the server has not confirmed yet, as far as the order of the thread cares. */
export interface Unsent {
  clientId: string;
  createdAt: string;
}

interface Place {
  /** Outlives the arrival of older and newer messages. */
  key: string;
  /** The calendar day in the organisation's zone, as a count of days. */
  day: number;
}

export type ThreadItem<U extends Unsent = Unsent> = Place &
  (
    | { kind: "day" }
    | { kind: "unread"; count: number }
    | { kind: "system"; message: Message }
    | { kind: "message"; message: Message; isFirst: boolean }
    | { kind: "unsent"; unsent: U; isFirst: boolean }
  );

export interface UnreadMark {
  /** The first message that nobody had read when the chat was opened. */
  messageId: number;
  count: number;
}

interface Options {
  timeZone: string;
  viewerId: number | null;
  unread: UnreadMark | null;
  /** Whether the first message is the first of all, or older ones can still be loaded. */
  isComplete: boolean;
}

const GROUP_MS = 2 * 60 * 1000;

/** Messages as they stand on screen: by time, then by number; each once. */
export function inOrder(messages: readonly Message[]): Message[] {
  const byId = new Map<number, Message>();
  for (const message of messages) byId.set(message.id, message);
  return [...byId.values()].sort(
    (a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at) || a.id - b.id,
  );
}

/**
 * Lay out a thread: day lines, groups by sender, the mark of unread ones, unsent ones last.
 *
 * While older messages can be loaded, the first day has no line of its own: it would have to leave its
 * place when they come, and everything below it would jump. The floating day says which day it is.
 *
 * Args:
 *   messages: in order, see `inOrder`.
 *   unsent: oldest first; those that the server has already answered are left out.
 */
export function layOut<U extends Unsent>(
  messages: readonly Message[],
  unsent: readonly U[],
  { timeZone, viewerId, unread, isComplete }: Options,
): ThreadItem<U>[] {
  const items: ThreadItem<U>[] = [];
  const answered = new Set(messages.map((message) => message.client_id));
  let last: { sender: string; at: number; day: number } | null = null;

  const place = (sender: string, instant: string): { day: number; isFirst: boolean } => {
    const at = Date.parse(instant);
    // A clock here that is behind must not open a day that is already over.
    const day = Math.max(dayNumber(instant, timeZone), last?.day ?? 0);
    if (last?.day !== day && (last !== null || isComplete))
      items.push({ kind: "day", key: `day:${day}`, day });
    const joins = last?.sender === sender && last.day === day && at - last.at <= GROUP_MS;
    last = { sender, at, day };
    return { day, isFirst: !joins };
  };

  for (const message of messages) {
    const key = keyOf(message);
    const { day, isFirst } = place(senderOf(message), message.occurred_at);
    const opensUnread = unread?.messageId === message.id;
    if (opensUnread) items.push({ kind: "unread", key: "unread", day, count: unread.count });
    if (message.type === "system") items.push({ kind: "system", key, day, message });
    else items.push({ kind: "message", key, day, message, isFirst: isFirst || opensUnread });
  }
  for (const one of unsent) {
    if (answered.has(one.clientId)) continue;
    const { day, isFirst } = place(`outbound:member:${viewerId}`, one.createdAt);
    items.push({ kind: "unsent", key: `client:${one.clientId}`, day, unsent: one, isFirst });
  }
  return items;
}

/**
 * Where the unread ones begin, judged once when a chat is opened.
 *
 * Only the customer's count; when they reach further back than what is loaded, there is no mark.
 */
export function unreadMark(messages: readonly Message[], count: number): UnreadMark | null {
  if (count <= 0) return null;
  const inbound = messages.filter(isOfCustomer);
  const first = inbound[inbound.length - count];
  return first ? { messageId: first.id, count } : null;
}

/** How many messages of the customer stand after the one that was last in sight. */
export function newsAfter(messages: readonly Message[], lastSeenId: number | null): number {
  const from = messages.findIndex((message) => message.id === lastSeenId);
  if (from < 0) return 0;
  return messages.slice(from + 1).filter(isOfCustomer).length;
}

/** Written by the customer: what WhatsApp itself tells of them counts as nothing unread. */
const isOfCustomer = ({ direction, type }: Message) => direction === "inbound" && type !== "system";

/** The composer's id goes before the server's, so that a sent message keeps its place when it is confirmed. */
export function keyOf(message: Message): string {
  return message.client_id === null ? `id:${message.id}` : `client:${message.client_id}`;
}

function senderOf({ type, direction, author }: Message): string {
  return type === "system" ? "system" : `${direction}:${author.kind}:${author.id}`;
}
