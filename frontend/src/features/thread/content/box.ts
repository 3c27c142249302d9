export interface Box {
  width: number;
  height: number;
}

const MOST: Box = { width: 320, height: 360 };
const LEAST: Box = { width: 168, height: 108 };
const UNKNOWN: Box = { width: 280, height: 210 };

/**
 * The room that a picture or film takes in the thread, known before a byte of it has come.
 *
 * Its own proportions, within what a bubble holds; one that is very long or very flat is cut to what still
 * shows something, and seen whole when it is opened.
 */
export function mediaBox(width: number | null, height: number | null): Box {
  if (!width || !height || width < 1 || height < 1) return UNKNOWN;
  const scale = Math.min(MOST.width / width, MOST.height / height);
  const within = (side: number, least: number, most: number) =>
    Math.round(Math.min(most, Math.max(least, side * scale)));
  return { width: within(width, LEAST.width, MOST.width), height: within(height, LEAST.height, MOST.height) };
}

export const STICKER_SIDE = 152;
