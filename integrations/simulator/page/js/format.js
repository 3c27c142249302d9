/** How times, names and texts are written. */

import { el } from "./dom.js";
import { language, t } from "./i18n.js";

const two = (number) => String(number).padStart(2, "0");

export const clock = (date = new Date()) => `${two(date.getHours())}:${two(date.getMinutes())}`;

const dayKey = (date) => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

function daysAgo(date) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
}

const shortDate = (date) => `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;

/** A day as the separator of a chat says it. */
export function day(seconds) {
  const date = new Date(seconds * 1000);
  const ago = daysAgo(date);
  if (ago === 0) return t("today");
  if (ago === 1) return t("yesterday");
  if (ago > 1 && ago < 7) return date.toLocaleDateString(language(), { weekday: "long" });
  return shortDate(date);
}

export const sameDay = (one, other) => dayKey(new Date(one * 1000)) === dayKey(new Date(other * 1000));

/** The time of a message in its bubble. */
export const messageTime = (seconds) => clock(new Date(seconds * 1000));

/** The time of a row in the list: 14:05, ayer, lun, 03/11/2026. */
export function rowTime(seconds) {
  const date = new Date(seconds * 1000);
  const ago = daysAgo(date);
  if (ago === 0) return clock(date);
  if (ago === 1) return t("yesterday").toLowerCase();
  if (ago > 1 && ago < 7) return date.toLocaleDateString(language(), { weekday: "short" });
  return shortDate(date);
}

/** One or two first letters, whole characters also beyond the basic plane. */
export function initials(name) {
  const letters = name.split(/\s+/).map((word) => [...word].find((letter) => /\p{L}|\p{N}/u.test(letter)));
  const found = letters.filter(Boolean);
  if (!found.length) return [...name][0] ?? "?";
  const last = /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(name) ? "" : (found[1] ?? "");
  return (found[0] + last).toUpperCase();
}

/** A stable colour for a person. */
export function tint(id) {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return `tint-${sum % 8}`;
}

/** +57 300 555 0101: grouped so that it can be read aloud. */
export function phone(number) {
  const match = /^\+(1|5[1-8]|34|44|966|971|212|\d{2})(\d{2,3})(\d{3})(\d+)$/.exec(number ?? "");
  return match ? `+${match.slice(1).join(" ")}` : (number ?? "");
}

export const isOnlyEmoji = (text) => /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|‍|️|\s){1,12}$/u.test(text);

const ADDRESS = /(https?:\/\/[^\s<>"]+)/;
const CODE = /(```[^`]+```|`[^`]+`)/;
const MARKED = /(?<![\p{L}\p{N}])([*_~])(?!\s|\1)(.+?)(?<!\s)\1(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };

/** A text as WhatsApp shows it: web addresses as links; bold, italic, struck through and code by their signs. */
export function formatted(text) {
  return split(text, CODE, (code) => [el("code", {}, code.replace(/^`+|`+$/g, ""))], (words) =>
    split(words, ADDRESS, link, marked),
  );
}

/** The same without its signs, for one line. */
export const plain = (text) => formatted(text).map((part) => part.textContent ?? part).join("");

const link = (address) => [el("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, address)];

/** What the pattern finds goes to `found`, what stands between to `rest`. */
function split(text, pattern, found, rest) {
  return text.split(pattern).flatMap((part, index) => (index % 2 ? found(part) : rest(part)));
}

function marked(text) {
  const match = MARKED.exec(text);
  if (!match) return text ? [text] : [];
  const [whole, sign, inside] = match;
  const end = match.index + whole.length;
  return [text.slice(0, match.index), el(TAGS[sign], {}, ...marked(inside)), ...marked(text.slice(end))];
}
