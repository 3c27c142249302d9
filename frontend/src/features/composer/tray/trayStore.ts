import type { MediaKind } from "@/api";

/** A file that waits in the message box. */
export interface TrayItem {
  uploadId: string;
  kind: MediaKind;
  caption: string;
}

export interface TrayState {
  items: readonly TrayItem[];
  /** Whose caption is written. */
  selectedId: string | null;
}

export const EMPTY: TrayState = { items: [], selectedId: null };

export const MOST_FILES = 10;

// Files belong to the draft beside them: they wait, too, when one looks into another chat meanwhile, and those
// that are still measured then come to their own chat.
const trays = new Map<string, TrayState>();
const places = new Map<string, number>();
const listeners = new Set<() => void>();

export const trayKey = (slug: string | null, conversationId: number) => `${slug}/${conversationId}`;

export const recall = (key: string): TrayState => trays.get(key) ?? EMPTY;

export function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function change(key: string, step: (state: TrayState) => TrayState): void {
  const next = step(recall(key));
  if (next.items.length === 0) trays.delete(key);
  else trays.set(key, next);
  for (const listener of listeners) listener();
}

/** How many more files a tray takes, beside those that are still measured for it. */
export const roomIn = (key: string): number => MOST_FILES - recall(key).items.length - (places.get(key) ?? 0);

/** Keep so many places of a tray; the answer gives them free. */
export function reserve(key: string, count: number): () => void {
  places.set(key, (places.get(key) ?? 0) + count);
  return () => {
    const left = (places.get(key) ?? 0) - count;
    if (left > 0) places.set(key, left);
    else places.delete(key);
  };
}

/** The chat has become part of another one: what waits in it goes along. */
export function moveTray(from: string, to: string): void {
  const { items } = recall(from);
  if (items.length === 0) return;
  change(from, () => EMPTY);
  change(to, (state) => withAdded(state, items));
}

/** Those of them that are still there. */
export function only(state: TrayState, isThere: (uploadId: string) => boolean): TrayState {
  return state.items.reduce(
    (left, { uploadId }) => (isThere(uploadId) ? left : without(left, uploadId)),
    state,
  );
}

export function withAdded({ items, selectedId }: TrayState, added: readonly TrayItem[]): TrayState {
  return { items: [...items, ...added], selectedId: selectedId ?? added[0]?.uploadId ?? null };
}

/** Without one; its neighbour is chosen when it was. */
export function without({ items, selectedId }: TrayState, uploadId: string): TrayState {
  const at = items.findIndex((item) => item.uploadId === uploadId);
  const left = items.filter((item) => item.uploadId !== uploadId);
  const next = left[Math.min(at, left.length - 1)]?.uploadId ?? null;
  return { items: left, selectedId: selectedId === uploadId ? next : selectedId };
}

export function withCaption(state: TrayState, uploadId: string, caption: string): TrayState {
  const items = state.items.map((item) => (item.uploadId === uploadId ? { ...item, caption } : item));
  return { ...state, items };
}
