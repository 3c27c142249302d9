import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { Conversation } from "@/api";

const REST_MS = 3_000;

/**
 * Keep rows where they are while a hand is over them. A row that changes is redrawn in its place; the order
 * follows when the pointer leaves the list, or has rested for three seconds.
 */
export function useStableOrder(rows: Conversation[]) {
  const [held, setHeld] = useState<Conversation[] | null>(null);
  const latest = useRef(rows);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    latest.current = rows;
  }, [rows]);

  const release = useCallback(() => {
    clearTimeout(rest.current);
    setHeld(null);
  }, []);
  const hold = useCallback(() => {
    clearTimeout(rest.current);
    rest.current = setTimeout(release, REST_MS);
    setHeld((before) => before ?? latest.current);
  }, [release]);
  useEffect(() => () => clearTimeout(rest.current), []);

  const shown = useMemo(() => (held ? inOrderOf(held, rows) : rows), [held, rows]);
  return {
    rows: shown,
    handlers: { onPointerMove: hold, onPointerDown: hold, onWheel: hold, onPointerLeave: release },
  };
}

/** The held rows as they are now, and below them what has been loaded since. */
export function inOrderOf(held: Conversation[], rows: Conversation[]): Conversation[] {
  const places = new Map(rows.map((row, index) => [row.id, index]));
  const last = Math.max(-1, ...held.map(({ id }) => places.get(id) ?? -1));
  const known = new Set(held.map(({ id }) => id));
  return [
    ...held.map((row) => rows[places.get(row.id) ?? -1] ?? row),
    ...rows.slice(last + 1).filter(({ id }) => !known.has(id)),
  ];
}
