interface Size {
  width: number;
  height: number;
}

const GAP = 6;
const EDGE = 8;

/** Where something that floats goes: above what it is about, below it where there is no room, on screen always. */
export function placeBeside(
  anchor: Pick<DOMRect, "left" | "top" | "bottom" | "width">,
  { width, height }: Size,
  screenWidth: number,
  screenHeight: number,
): { left: number; top: number } {
  const middle = anchor.left + anchor.width / 2 - width / 2;
  const left = Math.max(EDGE, Math.min(screenWidth - width - EDGE, middle));
  const above = anchor.top - height - GAP;
  const below = Math.min(screenHeight - height - EDGE, anchor.bottom + GAP);
  return { left: Math.round(left), top: Math.round(above >= EDGE ? above : Math.max(EDGE, below)) };
}
