import { createContext, useContext } from "react";

import type { LiveCache } from "./liveCache";
import type { ConnectionState, OutboxActions, OutboxEntry, Presence } from "./types";
import type { Uploads } from "./uploads";

/** A value that changes from outside React, in the shape `useSyncExternalStore` wants. */
export interface Readable<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

export interface Realtime {
  connection: Readable<ConnectionState>;
  outbox: OutboxActions & {
    entries(conversationId: number): OutboxEntry[];
    all(): OutboxEntry[];
    subscribe(listener: () => void): () => void;
  };
  signals: {
    presence(conversationId: number): Presence;
    subscribe(listener: () => void): () => void;
    typing(conversationId: number): void;
    /** Tell colleagues that we look at it; the answer tells them that we left. */
    viewing(conversationId: number): () => void;
  };
  moves: Readable<ReadonlyMap<number, number>> & { home(conversationId: number): number };
  uploads: Pick<Uploads, "add" | "get" | "retry" | "drop" | "copyOf" | "subscribe">;
  cache: LiveCache;
}

export const RealtimeContext = createContext<Realtime | null>(null);

export function useRealtime(): Realtime {
  const realtime = useContext(RealtimeContext);
  if (!realtime) throw new Error("useRealtime needs a RealtimeProvider above it");
  return realtime;
}
