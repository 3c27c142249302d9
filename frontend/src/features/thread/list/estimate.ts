import type { ThreadItem } from "../model/items";

const LETTERS_PER_LINE = 62;
const LINE = 20;
const BUBBLE = 14;

/** A first guess at a row's height; the real one is measured as soon as it is on screen. */
export function estimateHeight(item: ThreadItem): number {
  switch (item.kind) {
    case "day":
    case "unread":
      return 44;
    case "system":
      return 32;
    case "unsent":
      return (item.isFirst ? 10 : 3) + BUBBLE + lines("text" in item.unsent ? String(item.unsent.text) : "");
    case "message": {
      const { message, isFirst } = item;
      const card = message.type === "text" ? 0 : 56;
      const quote = message.reply_to ? 50 : 0;
      const trouble = message.status === "failed" || message.status === "unknown" ? 20 : 0;
      return (isFirst ? 10 : 3) + BUBBLE + card + quote + trouble + lines(message.text);
    }
  }
}

function lines(text: string): number {
  const count = text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_PER_LINE)), 0);
  return Math.max(1, count) * LINE;
}
