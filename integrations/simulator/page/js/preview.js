/** Messages in one line: for the list, for quotes, for screen readers. */

import { plain } from "./format.js";
import { t } from "./i18n.js";

const withWords = (sign, name, words) => `${sign} ${words || name}`;

/** Which of the unsupported messages this is. */
export function unsupportedName(message) {
  const content = message.content ?? {};
  if (message.type === "unsupported" || message.type === "unknown") return content.type ?? "";
  return message.type;
}

const lines = {
  text: (message) => message.text,
  button: (message) => message.text,
  image: (message) => withWords("📷", t("kind_image"), message.text),
  video: (message) => withWords("🎬", t("kind_video"), message.text),
  audio: (message) => (message.content.voice ? `🎤 ${t("kind_voice")}` : `🎵 ${t("kind_audio")}`),
  document: (message) => withWords("📄", t("kind_document"), message.text || message.content.filename),
  sticker: () => `🌟 ${t("kind_sticker")}`,
  location: (message) => withWords("📍", t("kind_location"), message.content.name),
  contacts: (message) => withWords("👤", t("kind_contacts", (message.content.contacts ?? []).length), message.text),
  order: (message) => `🛒 ${t("kind_order", (message.content.product_items ?? []).length)}`,
  interactive: (message) => (message.content.nfm_reply ? `📋 ${t("kind_form")}` : message.text),
};

/** What a message says in one line. */
export function previewOf(message) {
  if (message.extras?.deleted) return `🚫 ${t("kind_deleted")}`;
  const line = lines[message.type];
  if (line) return plain(line(message) || message.text || "");
  return t("kind_unsupported", unsupportedName(message));
}
