import type { MemberRef, ReplyReference } from "@/api";

/** What the person is told about the live connection. */
export type ConnectionState = "connecting" | "live" | "catching_up" | "reconnecting" | "offline";

/** A message of ours that the server has not confirmed yet. It survives a reload. */
export interface OutboxEntry {
  /** The UUID that is Idempotency-Key and `client_id` at once. */
  clientId: string;
  conversationId: number;
  text: string;
  replyTo: ReplyReference | null;
  /** The newest message the writer had seen, or null in an empty thread. */
  seenMessageId: number | null;
  createdAt: string;
  /** waiting: its turn has not come; retrying: the network or the server failed and it goes on trying. */
  state: "waiting" | "sending" | "retrying" | "failed";
  attempts: number;
  /** Why the server refused; only when `state` is failed. `code` has words in `common.errors`. */
  error: { code: string; message: string } | null;
}

export interface NewMessage {
  conversationId: number;
  text: string;
  replyTo?: ReplyReference | null;
  seenMessageId?: number | null;
}

export interface OutboxActions {
  /** Queue a text for sending and show it at once; returns the entry that stands for it. */
  send(message: NewMessage): OutboxEntry;
  /** Try a failed one again, unchanged. */
  retry(clientId: string): void;
  /** Give the text up, or take it back into the composer; returns what it said. */
  discard(clientId: string): OutboxEntry | null;
}

/** Colleagues who are at the same conversation right now. */
export interface Presence {
  viewing: MemberRef[];
  typing: MemberRef[];
}
