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

// Files belong to the draft beside them: they wait, too, when one looks into another chat meanwhile.
const waiting = new Map<string, TrayState>();

export const recall = (key: string): TrayState => waiting.get(key) ?? EMPTY;

export function keep(key: string, state: TrayState): void {
  if (state.items.length === 0) waiting.delete(key);
  else waiting.set(key, state);
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
