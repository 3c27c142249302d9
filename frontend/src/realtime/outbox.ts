import { ApiError, isTransient, newId } from "@/api";

import { backoff } from "./backoff";
import type { OutboxStore, StoredEntry } from "./outboxStore";
import type { NewMessage, OutboxActions, OutboxEntry } from "./types";
import type { Uploads } from "./uploads";

/** Nobody expects a text to leave by itself half a day after it was written. */
const OWN_WILL_MS = 12 * 3_600_000;
const stays = (conversationId: number) => conversationId;
const NONE: OutboxEntry[] = [];

interface Options {
  store: OutboxStore;
  /** Brings the files of messages to the server. */
  uploads?: Pick<Uploads, "finished" | "handOver" | "drop">;
  /** Hand one message to the server, under its own key; resolves when the server has it. */
  deliver(entry: OutboxEntry): Promise<unknown>;
  /** Lets one tab at a time drive a conversation. Null where the browser has none: the key protects then. */
  locks?: LockManager | null;
  /** Where a chat is now that was merged with another one. */
  home?: (conversationId: number) => number;
  now?: () => number;
  random?: () => number;
}

/**
 * Sends what the agents write: one message at a time in each conversation, in the order of writing, again
 * and again while network or server fail. Each goes out under its own key, so a repeat is harmless.
 */
export class Outbox implements OutboxActions {
  private readonly store: OutboxStore;
  private readonly lanes = new Set<number>();
  private readonly sleepers = new Map<string, () => void>();
  private views = new Map<number, OutboxEntry[]>();
  private stopped = new AbortController();
  private lastPosition = 0;
  private unfollow: (() => void) | undefined;

  constructor(private readonly options: Options) {
    this.store = options.store;
  }

  readonly subscribe = (listener: () => void) => this.store.subscribe(listener);

  /** Send what an earlier page left behind, and go on until stopped. */
  start(): void {
    this.stopped = new AbortController();
    this.unfollow = this.store.subscribe(this.follow);
    window.addEventListener("online", this.wake);
    this.follow();
  }

  stop(): void {
    this.stopped.abort();
    this.unfollow?.();
    window.removeEventListener("online", this.wake);
    this.wake();
  }

  all(): OutboxEntry[] {
    return this.store.get();
  }

  /** The unsent of a conversation; the same array as long as none of them changes. */
  entries(conversationId: number): OutboxEntry[] {
    const { home = stays } = this.options;
    const now = this.store.get().filter((entry) => home(entry.conversationId) === conversationId);
    const before = this.views.get(conversationId) ?? NONE;
    if (now.length === before.length && now.every((entry, index) => entry === before[index])) return before;
    this.views.set(conversationId, now);
    return now;
  }

  send({ conversationId, text, media = null, replyTo = null }: NewMessage): OutboxEntry {
    const now = this.now();
    this.lastPosition = Math.max(now, this.lastPosition + 1);
    const entry: StoredEntry = {
      clientId: newId(),
      conversationId,
      text,
      media,
      replyTo,
      createdAt: new Date(now).toISOString(),
      state: "waiting",
      attempts: 0,
      error: null,
      position: this.lastPosition,
      firstTriedAt: null,
    };
    this.store.put(entry);
    if (media?.isUploaded) this.options.uploads?.handOver(media.uploadId);
    return entry;
  }

  retry(clientId: string): void {
    const entry = this.store.fresh(clientId);
    if (!entry) return;
    const createdAt = new Date(this.now()).toISOString();
    this.store.put({ ...entry, createdAt, state: "waiting", attempts: 0, error: null });
  }

  discard(clientId: string): OutboxEntry | null {
    const entry = this.store.fresh(clientId);
    if (entry) this.store.remove(clientId);
    if (entry?.media) this.options.uploads?.drop(entry.media.uploadId);
    return entry;
  }

  /** Nobody here can see their chat: those of it that have failed say so, and are shown apart. */
  strand(conversationId: number): void {
    for (const entry of this.store.get())
      if (entry.conversationId === conversationId && entry.state === "failed")
        this.fail(entry, "chat_gone", "");
  }

  /** The server has this message: its event has come, perhaps before the answer to our request. */
  confirm(clientId: string): void {
    if (this.store.get().some((entry) => entry.clientId === clientId)) this.store.remove(clientId);
  }

  /** Begin where something waits and nobody in this tab is at it. */
  private readonly follow = () => {
    if (this.stopped.signal.aborted) return;
    const entries = this.store.get();
    for (const { conversationId, state } of entries)
      if (state !== "failed" && !this.lanes.has(conversationId)) this.open(conversationId);
    // Confirmed, given up or pushed by a person, in this tab or another: no use in waiting longer.
    for (const [clientId, wake] of this.sleepers)
      if (entries.find((entry) => entry.clientId === clientId)?.state !== "retrying") wake();
  };

  private open(conversationId: number): void {
    this.lanes.add(conversationId);
    const { locks = navigator.locks } = this.options;
    const drain = () => this.drain(conversationId);
    const name = `bandeja.outbox.${conversationId}`;
    const done = locks ? locks.request(name, { signal: this.stopped.signal }, drain) : drain();
    // Rejected only when we are stopped before our turn comes.
    done.catch(() => this.lanes.delete(conversationId));
  }

  private async drain(conversationId: number): Promise<void> {
    for (;;) {
      const entry = this.next(conversationId);
      if (!entry || this.stopped.signal.aborted) {
        // In the same breath as the look above, so that nothing can be added unseen in between.
        this.lanes.delete(conversationId);
        return;
      }
      await this.attempt(entry);
    }
  }

  private next(conversationId: number): StoredEntry | null {
    for (const { clientId, conversationId: lane, state } of this.store.get()) {
      if (lane !== conversationId || state === "failed") continue;
      const entry = this.store.fresh(clientId);
      if (entry && entry.state !== "failed") return entry;
      // Another tab has dealt with it; its word has only not reached us yet.
      if (!entry) this.store.remove(clientId);
      else this.store.put(entry);
      return this.next(conversationId);
    }
    return null;
  }

  private async attempt(entry: StoredEntry): Promise<void> {
    const now = this.now();
    if (now - Date.parse(entry.createdAt) > OWN_WILL_MS) return this.fail(entry, "outbox_expired", "");
    let trying: StoredEntry = { ...entry, attempts: entry.attempts + 1 };
    try {
      trying = await this.uploaded(trying);
      trying = { ...trying, state: "sending", firstTriedAt: entry.firstTriedAt ?? now };
      this.store.put(trying);
      await this.options.deliver(trying);
      this.store.remove(trying.clientId);
    } catch (error) {
      await this.failed(trying, error);
    }
  }

  /** The entry with its file at the server; what was written after it waits, so that the order is kept. */
  private async uploaded(entry: StoredEntry): Promise<StoredEntry> {
    const { uploads } = this.options;
    if (!entry.media || entry.media.isUploaded) return entry;
    if (!uploads) throw new ApiError(410, "upload_lost", "");
    this.store.put({ ...entry, state: "uploading" });
    const attachment = await uploads.finished(entry.media.uploadId);
    const there: StoredEntry = { ...entry, media: { ...entry.media, attachment, isUploaded: true } };
    this.store.put(there);
    uploads.handOver(entry.media.uploadId);
    return there;
  }

  private async failed(entry: StoredEntry, error: unknown): Promise<void> {
    if (!this.store.fresh(entry.clientId)) return;
    const isSignedOut = error instanceof ApiError && error.status === 401;
    if (this.stopped.signal.aborted || isSignedOut) {
      this.store.put({ ...entry, state: "waiting" });
      // The page is leaving for the sign-in; the message goes out after it.
      if (isSignedOut) this.stopped.abort();
      return;
    }
    if (isTransient(error)) {
      this.store.put({ ...entry, state: "retrying" });
      const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1_000 : 0;
      const pause = Math.max(asked, backoff(entry.attempts - 1, { random: this.options.random }));
      await this.sleep(entry.clientId, pause);
      return;
    }
    const { code, message } =
      error instanceof ApiError ? error : { code: "unexpected", message: String(error) };
    this.fail(entry, code, message);
  }

  private fail(entry: StoredEntry, code: string, message: string): void {
    this.store.put({ ...entry, state: "failed", error: { code, message } });
  }

  private sleep(clientId: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(clientId);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.sleepers.set(clientId, wake);
    });
  }

  private readonly wake = () => {
    for (const wake of [...this.sleepers.values()]) wake();
  };

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
