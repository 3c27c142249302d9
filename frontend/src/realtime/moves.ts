import type { AppEvent } from "@/api";

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
      this.replace([...this.moved, [event.data.id, event.data.moved_to]]);
    // It stands by itself again: the merge was taken back.
    if (event.type === "conversation.rebuilt" && this.moved.has(event.data.conversation.id))
      this.replace([...this.moved].filter(([id]) => id !== event.data.conversation.id));
  }

  /** Where a chat is to be found now, over any number of merges. */
  readonly home = (id: number): number => {
    const next = this.moved.get(id);
    return next === undefined ? id : this.home(next);
  };

  private replace(entries: [number, number][]): void {
    this.moved = new Map(entries);
    for (const listener of this.listeners) listener();
  }
}
