export const LONGEST = 4096;
const WARN_FROM = 3800;

/** How many characters are left, once there are few; negative when there are too many. */
export function lettersLeft(text: string): number | null {
  // By code points, as the server counts: an emoji is not two letters.
  if (text.length < WARN_FROM) return null;
  const count = [...text.trim()].length;
  return count < WARN_FROM ? null : LONGEST - count;
}
