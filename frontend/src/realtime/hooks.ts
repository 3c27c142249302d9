import { useCallback, useEffect, useSyncExternalStore } from "react";

import { useRealtime } from "./context";
import type { ConnectionState, OutboxActions, OutboxEntry, Presence } from "./types";

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

export function useOutboxActions(): OutboxActions {
  return useRealtime().outbox;
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
