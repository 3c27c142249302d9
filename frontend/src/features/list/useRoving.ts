import { type KeyboardEvent, useEffect, useRef, useState } from "react";

interface Options {
  ids: number[];
  selectedId: number | null;
  /** Bring a row into the part that is drawn. */
  reveal: (index: number) => void;
  find: (id: number) => HTMLElement | null;
}

const PAGE = 8;

/** One stop for the Tab key; the arrows walk over the rows. The focus follows a row, not a place. */
export function useRoving({ ids, selectedId, reveal, find }: Options) {
  const [walkedId, setWalkedId] = useState<number | null>(null);
  const wanted = useRef<number | null>(null);
  const isHere = (id: number | null): id is number => id !== null && ids.includes(id);
  const activeId = isHere(walkedId) ? walkedId : isHere(selectedId) ? selectedId : (ids[0] ?? null);

  useEffect(() => {
    if (wanted.current === null) return;
    const row = find(wanted.current);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const from = activeId === null ? -1 : ids.indexOf(activeId);
    const step = steps(from, ids.length)[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const index = Math.min(Math.max(step, 0), ids.length - 1);
    const id = ids[index];
    if (id === undefined) return;
    event.preventDefault();
    wanted.current = id;
    setWalkedId(id);
    reveal(index);
  };

  return { activeId, onKeyDown, onFocusRow: setWalkedId };
}

const steps = (from: number, length: number): Record<string, number> => ({
  ArrowDown: from + 1,
  ArrowUp: from - 1,
  PageDown: from + PAGE,
  PageUp: from - PAGE,
  Home: 0,
  End: length - 1,
});
