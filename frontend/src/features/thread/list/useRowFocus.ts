import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";

import type { ThreadItem } from "../model/items";

/** What a letter does with the message that the keyboard is on. */
export interface RowKeys {
  r: (key: string, row: HTMLElement) => void;
  e: (key: string, row: HTMLElement) => void;
}

const canHold = (item: ThreadItem | undefined) => item?.kind === "message" || item?.kind === "unsent";

/**
 * The keyboard's way through the messages: one stop for Tab, arrows from one to the next, R to answer, E to
 * react.
 *
 * Until someone chooses otherwise, the stop is the newest message.
 */
export function useRowFocus(items: readonly ThreadItem[], keys: RowKeys) {
  const [chosen, setChosen] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const chosenIndex = chosen === null ? -1 : items.findIndex((item) => item.key === chosen);
  const activeIndex = chosenIndex >= 0 ? chosenIndex : items.findLastIndex(canHold);

  useEffect(() => {
    if (wanted.current === null) return;
    const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const onFocus = useCallback((key: string) => setChosen(key), []);

  const onKeyDown = (event: KeyboardEvent, virtualizer: Virtualizer<HTMLDivElement, Element>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = event.target === row && keys[event.key.toLowerCase() as keyof RowKeys];
    if (act) {
      event.preventDefault();
      act(row.dataset.row!, row);
      return;
    }
    const next = target(event.key, activeIndex, items);
    if (next === null) return;
    event.preventDefault();
    wanted.current = items[next]!.key;
    setChosen(wanted.current);
    virtualizer.scrollToIndex(next, { align: "auto" });
  };

  return { activeIndex, onFocus, onKeyDown };
}

function target(key: string, from: number, items: readonly ThreadItem[]): number | null {
  const step = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
  if (step !== 0) {
    for (let index = from + step; index >= 0 && index < items.length; index += step)
      if (canHold(items[index])) return index;
    return null;
  }
  if (key === "End") return items.findLastIndex(canHold);
  if (key === "Home") return items.findIndex(canHold);
  return null;
}
