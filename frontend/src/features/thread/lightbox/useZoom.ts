import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";

import { type Point, pan, type Size, type View, WHOLE, zoomAt } from "./zoom";

const STEP = 1.5;
const DOUBLE = 2.5;
const SWIPE_PX = 60;

interface Options {
  room: RefObject<HTMLElement | null>;
  picture: RefObject<HTMLElement | null>;
  /** A finger that wipes over a picture that is not enlarged. */
  onSwipe: (step: 1 | -1) => void;
}

/** Enlarging by wheel, double click, buttons and two fingers; moving by drag. */
export function useZoom({ room, picture, onSwipe }: Options) {
  const [view, setView] = useState<View>(WHOLE);
  const pointers = useRef(new Map<number, Point>());
  const start = useRef<Point | null>(null);

  const zoom = useCallback(
    (factor: number, at: Point = { x: 0, y: 0 }) =>
      setView((now) => zoomAt(now, factor, at, sizeOf(picture.current), sizeOf(room.current))),
    [picture, room],
  );
  useWheel(room, zoom);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture?.(event.pointerId);
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    start.current = pointers.current.size === 1 ? { x: event.clientX, y: event.clientY } : null;
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const held = pointers.current;
    const before = held.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)![1];
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      zoom(factor, fromMiddle(room.current, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }));
    } else if (view.scale > 1) {
      const by = { x: now.x - before.x, y: now.y - before.y };
      setView((current) => pan(current, by, sizeOf(picture.current), sizeOf(room.current)));
    }
    held.set(event.pointerId, now);
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    pointers.current.delete(event.pointerId);
    const from = start.current;
    start.current = null;
    if (!from || view.scale > 1 || event.pointerType !== "touch") return;
    const across = event.clientX - from.x;
    if (Math.abs(across) > SWIPE_PX && Math.abs(across) > 2 * Math.abs(event.clientY - from.y))
      onSwipe(across < 0 ? 1 : -1);
  };
  return {
    view,
    nearer: () => zoom(STEP),
    further: () => zoom(1 / STEP),
    reset: useCallback(() => setView(WHOLE), []),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: onPointerUp,
      onDoubleClick: ({ clientX, clientY }: { clientX: number; clientY: number }) =>
        zoom(view.scale > 1 ? 0 : DOUBLE, fromMiddle(room.current, { x: clientX, y: clientY })),
    },
  };
}

/** React listens to wheels passively, and the page would scroll. */
function useWheel(room: RefObject<HTMLElement | null>, zoom: (factor: number, at: Point) => void) {
  useEffect(() => {
    const element = room.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), fromMiddle(element, { x: event.clientX, y: event.clientY }));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [room, zoom]);
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

const sizeOf = (element: HTMLElement | null): Size => ({
  width: element?.offsetWidth ?? 0,
  height: element?.offsetHeight ?? 0,
});

function fromMiddle(room: HTMLElement | null, { x, y }: Point): Point {
  const rect = room?.getBoundingClientRect();
  return rect ? { x: x - rect.left - rect.width / 2, y: y - rect.top - rect.height / 2 } : { x: 0, y: 0 };
}
