/** What stands in a bubble, by the kind of message. */

import { contactCards, form, location, order, referral } from "./cards.js";
import { choices } from "./choices.js";
import { el, icon } from "./dom.js";
import { formatted, isOnlyEmoji } from "./format.js";
import { t } from "./i18n.js";
import { audio, documentCard, image, sticker, video } from "./media.js";
import { unsupportedName } from "./preview.js";

const FORWARDED = "M11 5l6 5-6 5M16 10H8c-3 0-5 2-5 5";
const BARRED = "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM5 5l10 10";

function words(text, className = "") {
  if (!text) return null;
  const size = isOnlyEmoji(text) && !className ? " is-only-emoji" : "";
  return el("div", { class: `bubble-text${size}${className}`, dir: "auto" }, ...formatted(text));
}

const note = (path, text) => el("div", { class: "bubble-note" }, icon(path), el("span", {}, text));

function answer(message) {
  const { content } = message;
  if (content.nfm_reply) return [form(content.nfm_reply)];
  const chosen = content.button_reply ?? content.list_reply;
  if (!chosen) return [words(message.text || t("kind_unsupported", content.type), " is-other")];
  return [words(chosen.title), chosen.description ? el("div", { class: "bubble-small", dir: "auto" }, chosen.description) : null];
}

const kinds = {
  text: (message) => [words(message.text)],
  button: (message) => [words(message.text)],
  image: (message) => [image(message), words(message.text)],
  video: (message) => [video(message), words(message.text)],
  audio: (message) => [audio(message)],
  document: (message) => [documentCard(message), words(message.text)],
  sticker: (message) => [sticker(message)],
  location: (message) => [location(message.content)],
  contacts: (message) => [contactCards(message.content.contacts ?? [])],
  order: (message) => [order(message.content)],
  interactive: (message) =>
    message.direction === "in" ? answer(message) : [...choices(message, words)],
};

function unsupported(message) {
  const code = message.extras?.errors?.[0]?.code;
  const text = code === 131052 ? t("kind_too_large") : code === 131060 ? t("kind_gone") : null;
  return [words(text ?? t("kind_unsupported", unsupportedName(message)), " is-other")];
}

/** The nodes of a bubble's inside. */
export function contentOf(message) {
  if (message.extras?.deleted) {
    return [note(BARRED, t(message.direction === "in" ? "deletedByYou" : "deletedByThem"))];
  }
  const build = kinds[message.type] ?? unsupported;
  const nodes = build(message);
  const marks = [];
  if (message.extras?.forwarded) marks.push(note(FORWARDED, t(message.extras.forwarded)));
  if (message.extras?.referral) marks.push(referral(message.extras.referral));
  return [...marks, ...nodes].filter(Boolean);
}

/** Whether the bubble is drawn without its ground: stickers stand freely. */
export const isFree = (message) => message.type === "sticker" && !message.extras?.deleted;
