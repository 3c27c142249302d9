import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import type { OutboxEntry } from "@/realtime";

import { FLOATING_HEIGHT, type FloatingDay, floatingDay } from "../model/floating";
import type { ThreadItem } from "../model/items";
import { estimateHeight } from "./estimate";

export interface Older {
  canLoad: boolean;
  load: () => void;
}

// Within a line or so of the end still counts as reading the newest.
const END_PX = 48;
const LOAD_AHEAD_PX = 1200;
const FAR_PX = 400;
export const TOP_SPACE = 72;
const BOTTOM_SPACE = 12;

interface Place {
  isAtEnd: boolean;
  isFar: boolean;
  floating: FloatingDay | null;
}

const AT_END: Place = { isAtEnd: true, isFar: false, floating: null };

/**
 * A list that hangs from its end.
 *
 * It opens at the newest message, follows new ones while the reader is at the end, stays where it is when
 * older ones are put before or when something above changes its height, and asks for older ones in time.
 */
export function useMessageScroller(
  items: readonly ThreadItem<OutboxEntry>[],
  older: Older,
  pinnedIndex: number,
) {
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>(AT_END);

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(items[index]!),
    getItemKey: (index) => items[index]!.key,
    overscan: 8,
    paddingStart: TOP_SPACE,
    paddingEnd: BOTTOM_SPACE,
    scrollPaddingStart: FLOATING_HEIGHT,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: END_PX,
    initialRect: { width: 720, height: 640 },
    rangeExtractor: (range) => withPinned(range, pinnedIndex),
  });

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    element.style.setProperty("--gutter", `${element.offsetWidth - element.clientWidth}px`);
    const distance = scrollHeight - scrollTop - clientHeight;
    const rows = virtualizer.getVirtualItems().flatMap(({ index, start, end }) => {
      const item = items[index];
      return item ? [{ item, start, end }] : [];
    });
    const next: Place = {
      isAtEnd: distance <= END_PX,
      isFar: distance > FAR_PX,
      floating: floatingDay(rows, scrollTop),
    };
    setPlace((current) => (isSame(current, next) ? current : next));
    if (older.canLoad && scrollTop < LOAD_AHEAD_PX) older.load();
  }, [virtualizer, items, older]);

  const hasItems = items.length > 0;
  useLayoutEffect(() => {
    if (hasItems) virtualizer.scrollToEnd();
  }, [virtualizer, hasItems]);
  useHoldEnd(scroller, place.isAtEnd, virtualizer);
  useFollowGrowth(place.isAtEnd, virtualizer);
  // After each render: heights may have changed without a scroll.
  useEffect(look);

  const toEnd = useCallback(() => {
    const isNear = virtualizer.getDistanceFromEnd() < 3 * (scroller.current?.clientHeight ?? 0);
    virtualizer.scrollToEnd({ behavior: isNear && !prefersStillness() ? "smooth" : "auto" });
  }, [virtualizer]);

  return { scroller, virtualizer, place, look, toEnd };
}

/** When the message box grows, the list loses height at its end: what stood there stays in sight. */
function useHoldEnd(
  scroller: RefObject<HTMLDivElement | null>,
  isAtEnd: boolean,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
) {
  const wasAtEnd = useRef(isAtEnd);
  wasAtEnd.current = isAtEnd;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (wasAtEnd.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, virtualizer]);
}

/** A file that has arrived, a card that was loaded late: whoever reads the newest goes on doing so. */
function useFollowGrowth(isAtEnd: boolean, virtualizer: Virtualizer<HTMLDivElement, Element>) {
  const size = virtualizer.getTotalSize();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the height has changed, and only then
  useLayoutEffect(() => {
    if (isAtEnd) virtualizer.scrollToEnd();
  }, [size]);
}

function withPinned({ startIndex, endIndex, overscan, count }: Range, pinned: number): number[] {
  const from = Math.max(0, startIndex - overscan);
  const to = Math.min(count - 1, endIndex + overscan);
  const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset);
  // What has the focus stays mounted, or the keyboard would lose its place.
  if (pinned >= 0 && pinned < from) indexes.unshift(pinned);
  if (pinned > to && pinned < count) indexes.push(pinned);
  return indexes;
}

interface Range {
  startIndex: number;
  endIndex: number;
  overscan: number;
  count: number;
}

function isSame(a: Place, b: Place): boolean {
  return (
    a.isAtEnd === b.isAtEnd &&
    a.isFar === b.isFar &&
    a.floating?.day === b.floating?.day &&
    a.floating?.pushedBy === b.floating?.pushedBy
  );
}

function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
