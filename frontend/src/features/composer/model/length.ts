export const LONGEST = 4096;
export const LONGEST_CAPTION = 1024;
const WARN_FROM_LEFT = 296;

/** How many characters are left, once there are few; negative when there are too many. */
export function lettersLeft(text: string, longest = LONGEST): number | null {
  const warnFrom = longest - WARN_FROM_LEFT;
  // By code points, as the server counts: an emoji is not two letters.
  if (text.length < warnFrom) return null;
  const count = [...text.trim()].length;
  return count < warnFrom ? null : longest - count;
}
