import type { Attachment, MemberRef, ReplyReference } from "@/api";

/** What the person is told about the live connection. */
export type ConnectionState = "connecting" | "live" | "catching_up" | "reconnecting" | "offline";

/** A file that goes with a message of ours. */
export interface OutboxMedia {
  /** Which upload brings it; of no use after a reload. */
  uploadId: string;
  /** Ours until it is uploaded, then the server's. */
  attachment: Attachment;
  isUploaded: boolean;
}

/** A message of ours that the server has not confirmed yet. It survives a reload, once its file is uploaded. */
export interface OutboxEntry {
  /** The UUID that is Idempotency-Key and `client_id` at once. */
  clientId: string;
  conversationId: number;
  /** What it says; with a file, the words below it. */
  text: string;
  media: OutboxMedia | null;
  replyTo: ReplyReference | null;
  createdAt: string;
  /** waiting: its turn has not come; retrying: the network or the server failed and it goes on trying. */
  state: "waiting" | "uploading" | "sending" | "retrying" | "failed";
  attempts: number;
  /** Why the server refused; only when `state` is failed. `code` has words in `common.errors`. */
  error: { code: string; message: string } | null;
}

export interface NewMessage {
  conversationId: number;
  text: string;
  media?: OutboxMedia | null;
  replyTo?: ReplyReference | null;
}

export interface OutboxActions {
  /** Queue a message for sending and show it at once; returns the entry that stands for it. */
  send(message: NewMessage): OutboxEntry;
  /** Try a failed one again, unchanged. */
  retry(clientId: string): void;
  /** Give it up, or take its text back into the composer; returns what it was. */
  discard(clientId: string): OutboxEntry | null;
}

/** Colleagues who are at the same conversation right now. */
export interface Presence {
  viewing: MemberRef[];
  typing: MemberRef[];
}
