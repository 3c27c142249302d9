import type { QueryClient } from "@tanstack/react-query";

import { ApiError, type AppEvent } from "@/api";

import type { Readable } from "./context";

/** Which chats have become part of another one since the page was opened, as their contacts were merged. */
export class Moves implements Readable<ReadonlyMap<number, number>> {
  private moved: ReadonlyMap<number, number> = new Map();
  private readonly listeners = new Set<() => void>();

  readonly get = () => this.moved;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  take(event: AppEvent): void {
    if (event.type === "conversation.removed" && event.data.moved_to !== undefined)
      this.learn(event.data.id, event.data.moved_to);
    // It stands by itself again: the merge was taken back.
    if (event.type === "conversation.rebuilt") this.forget(event.data.conversation.id);
  }

  /** A chat has become part of another one, which therefore stands by itself. */
  learn(id: number, into: number): void {
    if (id === into || this.moved.get(id) === into) return;
    this.replace([...this.moved].filter(([gone]) => gone !== into && gone !== id).concat([[id, into]]));
  }

  /** Nothing is certain any more: events were lost. */
  clear(): void {
    if (this.moved.size > 0) this.replace([]);
  }

  /** Where a chat is to be found now, over any number of merges. */
  readonly home = (id: number): number => {
    let here = id;
    for (let step = 0; step < this.moved.size; step++) here = this.moved.get(here) ?? here;
    return here;
  };

  private forget(id: number): void {
    if (this.moved.has(id)) this.replace([...this.moved].filter(([gone]) => gone !== id));
  }

  private replace(entries: [number, number][]): void {
    this.moved = new Map(entries);
    for (const listener of this.listeners) listener();
  }
}

/** Where a chat is instead, if the server that has none of this number says so. */
export function movedTo(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.status !== 404) return null;
  const { moved_to: into } = error.details;
  return typeof into === "number" ? into : null;
}

/** Learn from the answers to what the screens ask, until the returned function is called. */
export function followMoves(queries: QueryClient, slug: string, moves: Moves): () => void {
  return queries.getQueryCache().subscribe((notice) => {
    if (notice.type !== "updated" || notice.action.type !== "error") return;
    const [, organization, kind, id] = notice.query.queryKey;
    const isOfChat = kind === "conversation" || kind === "messages" || kind === "tickets";
    if (organization !== slug || !isOfChat) return;
    const into = movedTo(notice.action.error);
    if (into !== null) moves.learn(Number(id), into);
  });
}
