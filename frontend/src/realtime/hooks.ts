import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";

import { type Realtime, useRealtime } from "./context";
import { CHAT_GONE } from "./strays";
import type { ConnectionState, OutboxActions, OutboxEntry, Presence } from "./types";
import type { Upload } from "./uploads";

export function useConnection(): ConnectionState {
  const { connection } = useRealtime();
  return useSyncExternalStore(connection.subscribe, connection.get);
}

/** What is still on its way in a conversation, in the order in which it was written. */
export function useOutbox(conversationId: number): OutboxEntry[] {
  const { outbox } = useRealtime();
  return useSyncExternalStore(
    outbox.subscribe,
    useCallback(() => outbox.entries(conversationId), [outbox, conversationId]),
  );
}

/** Those that failed and are in no chat that can be seen here. */
export function useStrays(): OutboxEntry[] {
  const { outbox } = useRealtime();
  const all = useSyncExternalStore(
    outbox.subscribe,
    useCallback(() => outbox.all(), [outbox]),
  );
  return useMemo(() => all.filter(({ error }) => error?.code === CHAT_GONE), [all]);
}

export function useOutboxActions(): OutboxActions {
  return useRealtime().outbox;
}

export function useUploads(): Realtime["uploads"] {
  return useRealtime().uploads;
}

/** How far a file has come; null when it is none of this page's any more. */
export function useUpload(id: string): Upload | null {
  const { uploads } = useRealtime();
  return useSyncExternalStore(
    uploads.subscribe,
    useCallback(() => uploads.get(id), [uploads, id]),
  );
}

/** Where a chat is to be found now; another number once it has become part of another chat. */
export function useHome(conversationId: number | null): number | null {
  const { moves } = useRealtime();
  useSyncExternalStore(moves.subscribe, moves.get);
  return conversationId === null ? null : moves.home(conversationId);
}

/** The same as a function, for what comes back to a chat later. */
export function useHomeOf(): (conversationId: number) => number {
  return useRealtime().moves.home;
}

/** The chats that have become part of this one while the page was open. */
export function useMovedHere(conversationId: number): number[] {
  const { moves } = useRealtime();
  const moved = useSyncExternalStore(moves.subscribe, moves.get);
  return useMemo(
    () => [...moved.keys()].filter((id) => moves.home(id) === conversationId),
    [moved, moves, conversationId],
  );
}

export function usePresence(conversationId: number): Presence {
  const { signals } = useRealtime();
  return useSyncExternalStore(
    signals.subscribe,
    useCallback(() => signals.presence(conversationId), [signals, conversationId]),
  );
}

/** Tell colleagues that this conversation is on our screen for as long as the component is. */
export function useAnnounceViewing(conversationId: number): void {
  const { signals } = useRealtime();
  useEffect(() => signals.viewing(conversationId), [signals, conversationId]);
}

/** A function to call at each keystroke; it throttles itself. */
export function useAnnounceTyping(conversationId: number): () => void {
  const { signals } = useRealtime();
  return useCallback(() => signals.typing(conversationId), [signals, conversationId]);
}
