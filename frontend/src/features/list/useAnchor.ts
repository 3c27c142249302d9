import { type RefObject, useLayoutEffect, useRef } from "react";

/** Keep what is in view in view: rows that come or go above it do not push it. */
export function useAnchor(viewport: RefObject<HTMLElement | null>, ids: number[], rowHeight: number): void {
  const before = useRef(ids);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = ids;
    const element = viewport.current;
    if (!element || old === ids || element.scrollTop <= 0) return;
    const top = Math.floor(element.scrollTop / rowHeight);
    // The first one in view that is still here; those that have moved to the top do not count.
    for (let index = top; index < old.length; index++) {
      const now = ids.indexOf(old[index]!);
      if (now < 0 || now < top - 1) continue;
      if (now !== index) element.scrollTop += (now - index) * rowHeight;
      return;
    }
  }, [ids, rowHeight, viewport]);
}
