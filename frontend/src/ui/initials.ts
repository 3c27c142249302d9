const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const HAS_LETTER = /\p{L}/u;

/** The first letters of the first and the last word; "" when the name is a number, an emoji or empty. */
export function initials(name: string, most: 1 | 2 = 2): string {
  const words = name.split(/[\s·|/_-]+/u).filter((word) => HAS_LETTER.test(word));
  const picked = words.length > 1 && most === 2 ? [words[0]!, words[words.length - 1]!] : words.slice(0, 1);
  return picked.map(firstLetter).join("").toLocaleUpperCase();
}

function firstLetter(word: string): string {
  for (const { segment } of graphemes.segment(word)) if (HAS_LETTER.test(segment)) return segment;
  return "";
}

/** The same number for the same seed on every screen, below `count`. */
export function stableIndex(seed: string | number, count: number): number {
  let hash = 2166136261;
  for (const char of String(seed)) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619);
  hash ^= hash >>> 15;
  return (hash >>> 0) % count;
}
