import type { Attachment, Message } from "@/api";

import {
  type Card,
  type Choice,
  cards,
  choice,
  type Flow,
  flow,
  type Order,
  order,
  type Place,
  place,
} from "./kinds";
import { contentOf, number, text } from "./read";

/** As what a message is shown. */
export type Shown =
  | { as: "text" }
  | { as: "deleted" }
  | { as: "file"; attachment: Attachment }
  | { as: "location"; place: Place }
  | { as: "contacts"; cards: Card[] }
  | { as: "order"; order: Order }
  | { as: "choice"; choice: Choice }
  | { as: "flow"; flow: Flow }
  /** WhatsApp hands it over nowhere but on the phone. */
  | { as: "elsewhere" }
  | { as: "too_large" }
  /** `name`: WhatsApp's own word for what it is. */
  | { as: "unsupported"; name: string }
  | { as: "other"; name: string | null }
  /** A kind that we know, of which nothing came that could be shown. */
  | { as: "bare" };

const ELSEWHERE = 131_060;
const TOO_LARGE = 131_052;
const WITH_TEXT_ALONE = new Set(["text", "template", "system"]);

/** Decide what a message is shown as. Pure; the content is data of strangers. */
export function shownAs(
  message: Pick<Message, "type" | "raw_type" | "text" | "attachments" | "content" | "deleted_at">,
): Shown {
  if (message.deleted_at) return { as: "deleted" };
  const [attachment] = message.attachments;
  if (attachment) return { as: "file", attachment };
  const content = contentOf(message);
  switch (message.type) {
    case "location": {
      const found = place(content);
      return found ? { as: "location", place: found } : { as: "bare" };
    }
    case "contacts": {
      const found = cards(content);
      return found.length > 0 ? { as: "contacts", cards: found } : { as: "bare" };
    }
    case "order": {
      const found = order(content);
      return found ? { as: "order", order: found } : { as: "bare" };
    }
    case "button":
    case "interactive": {
      const answered = flow(content);
      if (answered) return { as: "flow", flow: answered };
      return { as: "choice", choice: choice(content, message.type) };
    }
    case "unsupported":
      return unsupported(content);
    case "unknown":
      return number(content.code) === null ? { as: "other", name: message.raw_type } : unsupported(content);
  }
  if (WITH_TEXT_ALONE.has(message.type)) return { as: "text" };
  return { as: "bare" };
}

function unsupported(content: Record<string, unknown>): Shown {
  const code = number(content.code);
  if (code === ELSEWHERE) return { as: "elsewhere" };
  if (code === TOO_LARGE) return { as: "too_large" };
  return { as: "unsupported", name: text(content.hint) };
}

// Their text only repeats for a search what the card shows.
const TEXT_IS_ON_CARD = new Set<Shown["as"]>(["location", "contacts", "flow", "deleted"]);

/** The words that stand below the rest: a caption, a note to an order, the answer that was tapped. */
export function wordsOf(message: Pick<Message, "text">, shown: Shown): string {
  if (shown.as === "choice") return message.text || shown.choice.title;
  return TEXT_IS_ON_CARD.has(shown.as) ? "" : message.text;
}
