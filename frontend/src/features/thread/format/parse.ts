import { findLinks, type LinkSpan } from "./links";

/**
 * WhatsApp's text formatting as a small tree.
 *
 * The tree holds text and checked addresses only, so whatever a customer writes can become nothing but
 * the few elements that `FormattedText` knows.
 *
 * Source: WhatsApp Help Center, "How to format your messages".
 */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "code"; text: string }
  | { kind: "bold" | "italic" | "strike"; children: Inline[] };

export type Block = { kind: "lines"; children: Inline[] } | { kind: "mono"; text: string };

const MARKS = new Map<string, "bold" | "italic" | "strike">([
  ["*", "bold"],
  ["_", "italic"],
  ["~", "strike"],
]);
const WORD = /[\p{L}\p{N}]/u;
const FENCE = "```";

/** Split a message into running text and fenced blocks, and the running text into marked-up runs. */
export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf(FENCE, from);
    const close = open < 0 ? -1 : text.indexOf(FENCE, open + FENCE.length);
    if (close < 0) break;
    const inside = text.slice(open + FENCE.length, close);
    pushLines(blocks, text.slice(from, open).replace(/\n$/, ""));
    if (inside.trim() === "") pushLines(blocks, FENCE + inside + FENCE);
    else blocks.push({ kind: "mono", text: inside.replace(/^\n|\n$/g, "") });
    from = close + FENCE.length;
    if (text.charAt(from) === "\n") from += 1;
  }
  pushLines(blocks, text.slice(from));
  return blocks;
}

/** The words of a message without its marks, for previews and labels. */
export function plain(text: string): string {
  const read = (nodes: Inline[]): string =>
    nodes.map((node) => ("children" in node ? read(node.children) : node.text)).join("");
  return parse(text)
    .map((block) => (block.kind === "mono" ? block.text : read(block.children)))
    .join("\n");
}

function pushLines(blocks: Block[], text: string): void {
  if (text !== "") blocks.push({ kind: "lines", children: new Run(text).read(0, text.length, "") });
}

/** One stretch of running text, with what is found out about it once. */
class Run {
  private readonly links: LinkSpan[];
  // For each sign, up to where it is known that nothing closes it: keeps long rows of signs linear.
  private readonly unclosed = new Map<string, number>();

  constructor(private readonly text: string) {
    this.links = findLinks(text);
  }

  read(from: number, to: number, used: string): Inline[] {
    const out: Inline[] = [];
    let plainFrom = from;
    let at = from;
    while (at < to) {
      const link = this.links.find((span) => span.start <= at && at < span.end);
      if (link !== undefined && link.end <= to) {
        this.pushText(out, plainFrom, link.start);
        out.push({ kind: "link", text: link.text, href: link.href });
        at = plainFrom = link.end;
        continue;
      }
      const end = this.closing(at, to, used);
      if (end === null) {
        at += 1;
        continue;
      }
      this.pushText(out, plainFrom, at);
      out.push(this.marked(at, end, used));
      at = plainFrom = end + 1;
    }
    this.pushText(out, plainFrom, to);
    return out;
  }

  private marked(at: number, end: number, used: string): Inline {
    const sign = this.text.charAt(at);
    const kind = MARKS.get(sign);
    if (kind === undefined) return { kind: "code", text: this.text.slice(at + 1, end) };
    return { kind, children: this.read(at + 1, end, used + sign) };
  }

  /** Where the run that opens at `at` closes, or null when the sign is only a sign ("2 * 3", "snake_case"). */
  private closing(at: number, to: number, used: string): number | null {
    const sign = this.text.charAt(at);
    if ((!MARKS.has(sign) && sign !== "`") || used.includes(sign)) return null;
    const before = this.text.charAt(at - 1);
    const after = this.text.charAt(at + 1);
    if (WORD.test(before) || before === sign || after === sign || /^\s?$/.test(after)) return null;
    if (at < (this.unclosed.get(sign) ?? 0)) return null;
    const lineEnd = this.text.indexOf("\n", at);
    const limit = lineEnd < 0 ? to : Math.min(lineEnd, to);
    for (let end = at + 2; end < limit; end += 1) {
      if (this.text.charAt(end) === sign && this.closesAt(end)) return end;
    }
    this.unclosed.set(sign, limit);
    return null;
  }

  private closesAt(end: number): boolean {
    if (/\s/.test(this.text.charAt(end - 1)) || WORD.test(this.text.charAt(end + 1))) return false;
    // Underscores and tildes are ordinary letters of an address.
    return !this.links.some((span) => span.start < end && end < span.end);
  }

  private pushText(out: Inline[], from: number, to: number): void {
    if (from < to) out.push({ kind: "text", text: this.text.slice(from, to) });
  }
}
