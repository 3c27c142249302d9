import type { Message } from "@/api";
import type { OutboxEntry } from "@/realtime";

import { roomOf } from "../cards/roomOf";
import { mediaBox, STICKER_SIDE } from "../content/box";
import { type Shown, shownAs, wordsOf } from "../content/shown";
import type { ThreadItem } from "../model/items";

const LETTERS_PER_LINE = 62;
const LINE = 20;
const BUBBLE = 14;

/** A first guess at a row's height; the real one is measured as soon as it is on screen. */
export function estimateHeight(item: ThreadItem<OutboxEntry>): number {
  switch (item.kind) {
    case "day":
    case "unread":
      return 44;
    case "system":
      return 32;
    case "unsent": {
      const { text, media, replyTo } = item.unsent;
      const file = media ? fileHeight(media.attachment) + 22 : 0;
      return top(item) + BUBBLE + file + (replyTo ? 50 : 0) + lines(text);
    }
    case "message":
      return top(item) + messageHeight(item.message);
  }
}

const top = ({ isFirst }: { isFirst: boolean }) => (isFirst ? 10 : 3);

function messageHeight(message: Message): number {
  const shown = shownAs(message);
  const words = wordsOf(message, shown);
  const content = contentHeight(shown);
  const isOver = content > 100 && words === "";
  const quote = message.reply_to ? 50 : 0;
  const referral = message.referral ? 84 : 0;
  const signs = (message.forwarded ? 17 : 0) + (message.origin ? 17 : 0);
  const trouble = message.status === "failed" || message.status === "unknown" ? 20 : 0;
  const reactions = message.reactions.length > 0 ? 20 : 0;
  return BUBBLE + content + quote + referral + signs + trouble + reactions + (isOver ? 0 : lines(words));
}

function contentHeight(shown: Shown): number {
  switch (shown.as) {
    case "text":
      return 0;
    case "deleted":
    case "choice":
      return 20;
    case "file":
      return fileHeight(shown.attachment);
    case "location":
    case "contacts":
    case "order":
    case "flow":
      return roomOf(shown);
    default:
      return 76;
  }
}

function fileHeight({ kind, state, width, height }: Message["attachments"][number]): number {
  if (state === "failed") return 84;
  if (kind === "image" || kind === "video") return mediaBox(width, height).height;
  return kind === "sticker" ? STICKER_SIDE : 58;
}

function lines(text: string): number {
  const count = text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_PER_LINE)), 0);
  return Math.max(1, count) * LINE;
}
