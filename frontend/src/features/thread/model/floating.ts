import type { ThreadItem } from "./items";

export interface Row {
  item: ThreadItem;
  start: number;
  end: number;
}

export interface FloatingDay {
  day: number;
  /** How far the next day's own line pushes it up, in pixels. */
  pushedBy: number;
}

/** Height that the floating day takes, its margin included. */
export const FLOATING_HEIGHT = 36;

/**
 * The day to float over the top of the list, or null while that day's own line is in sight.
 *
 * Args:
 *   rows: what is rendered, in order.
 *   scrollTop: where the list stands.
 */
export function floatingDay(rows: readonly Row[], scrollTop: number): FloatingDay | null {
  const top = rows.findIndex((row) => row.end > scrollTop);
  const current = rows[top];
  if (current === undefined) return null;
  const { day } = current.item;
  const ownLine = rows.find((row) => row.item.kind === "day" && row.item.day === day);
  if (ownLine !== undefined && ownLine.start >= scrollTop) return null;
  const next = rows.slice(top).find((row) => row.item.kind === "day" && row.item.day > day);
  const gap = next === undefined ? FLOATING_HEIGHT : next.start - scrollTop;
  return { day, pushedBy: Math.min(FLOATING_HEIGHT, Math.max(0, FLOATING_HEIGHT - gap)) };
}
