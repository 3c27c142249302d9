export interface LinkSpan {
  start: number;
  end: number;
  text: string;
  href: string;
}

// An address ends at white space, quotes, angle brackets and at the invisible characters that turn the
// direction of text, with which a link could show another address than the one it opens.
const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>"'`\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/giu;

const LETTER = /[\p{L}\p{N}@/]/u;

/** The addresses in a text that are safe to open, in order. */
export function findLinks(text: string): LinkSpan[] {
  const spans: LinkSpan[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    if (LETTER.test(text.charAt(match.index - 1))) continue;
    const shown = withoutSentence(match[0]);
    const href = safeHref(shown);
    if (href !== null) spans.push({ start: match.index, end: match.index + shown.length, text: shown, href });
  }
  return spans;
}

/** An address that is safe to open, or null: http and https only, without credentials. */
export function safeHref(candidate: string): string | null {
  const withScheme = /^www\./i.test(candidate) ? `https://${candidate}` : candidate;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    return null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  // "https://bank.example@evil.example" reads as the bank and opens the other one.
  if (url.username !== "" || url.password !== "") return null;
  return url.hostname.includes(".") || url.hostname === "localhost" ? url.href : null;
}

/** An address without the punctuation of the sentence around it; brackets that it opened itself stay. */
function withoutSentence(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address.charAt(end - 1);
    const isExtra = (open: string): boolean => {
      const head = address.slice(0, end);
      return head.split(last).length > head.split(open).length;
    };
    const ends =
      /[.,;:!?*~_…»]/.test(last) || (last === ")" && isExtra("(")) || (last === "]" && isExtra("["));
    if (!ends) break;
    end -= 1;
  }
  return address.slice(0, end);
}
