import { type MouseEvent, type PointerEvent, useRef } from "react";

const HELD_MS = 450;
const STILL_PX = 10;

/** A finger that rests on something; a mouse has buttons for what this does. */
export function useLongPress(onHeld: (element: HTMLElement) => void) {
  const press = useRef<{ timer: number; x: number; y: number } | null>(null);
  const end = () => {
    window.clearTimeout(press.current?.timer);
    press.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const element = event.currentTarget;
      const timer = window.setTimeout(() => {
        end();
        navigator.vibrate?.(10);
        onHeld(element);
      }, HELD_MS);
      press.current = { timer, x: event.clientX, y: event.clientY };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent<HTMLElement>) => {
      const from = press.current;
      if (from && Math.hypot(clientX - from.x, clientY - from.y) > STILL_PX) end();
    },
    // What the system would offer instead, such as saving a picture.
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      if (press.current) event.preventDefault();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onPointerLeave: end,
  };
}
