/** What can be done with a message: react, answer, edit, delete. */

import { el, icon, toast } from "./dom.js";
import { t } from "./i18n.js";
import { previewOf } from "./preview.js";
import { changed, send, state } from "./state.js";

const REPLY = "M8 5L3 10l5 5M3 10h8c3.5 0 6 2 6 5.5";
const SMILE = "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM7 12c1.5 2 4.5 2 6 0M7.5 8v.2M12.5 8v.2";
const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const EDITABLE = ["text", "image", "video", "document"];
const LONG_PRESS_MS = 450;

const attempt = (order) => send(order, { keepQuote: true }).catch(() => toast(t("failed")));
const ownReaction = (message) => message.reactions.find((one) => one.side === "customer")?.emoji;

/** Put an emoji on a message; the same one again takes it away. */
export function react(message, emoji) {
  const isSame = ownReaction(message) === emoji;
  closeMenu();
  attempt({ type: "reaction", target: message.wamid, ...(isSame ? {} : { emoji }) });
}

/** Begin to answer a message. */
export function startQuoting(message) {
  Object.assign(state, { quoting: message, editing: null });
  closeMenu();
  changed("quoting", { focus: true });
}

function startEditing(message) {
  Object.assign(state, { editing: message, quoting: null });
  closeMenu();
  changed("editing");
}

function remove(message) {
  closeMenu();
  attempt({ type: "revoke", target: message.wamid });
}

/** Show what can be done with a message. */
export function openMenu(message) {
  state.menu = state.menu === message.id ? null : message.id;
  changed("chat", { menu: state.menu });
}

/** Hide it again. */
export function closeMenu() {
  if (state.menu === null) return;
  state.menu = null;
  changed("chat", {});
}

function item(path, text, run) {
  return el("button", { type: "button", class: "menu-item", click: run }, icon(path), el("span", {}, text));
}

/** The menu of a message. */
export function menuOf(message) {
  const own = message.direction === "in";
  const mine = ownReaction(message);
  const menu = el(
    "div",
    { class: "message-menu", role: "group", "aria-label": t("more", previewOf(message).slice(0, 40)) },
    el(
      "div",
      { class: "menu-emoji" },
      ...QUICK.map((emoji) =>
        el("button", { type: "button", "aria-label": t("reactWith", emoji), "aria-pressed": String(mine === emoji), click: () => react(message, emoji) }, emoji),
      ),
    ),
    item(REPLY, t("reply"), () => startQuoting(message)),
    own && EDITABLE.includes(message.type) ? item("M4 16l.8-3.2L13 4.6a1.7 1.7 0 0 1 2.4 2.4l-8.2 8.2z", t("edit"), () => startEditing(message)) : null,
    own ? item("M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6", t("deleteForAll"), () => remove(message)) : null,
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeMenu();
    document.querySelector(`[data-id="${message.id}"] .react`)?.focus();
  });
  return menu;
}

/** The two buttons beside a bubble. */
export function buttonsOf(message) {
  const words = previewOf(message).slice(0, 40);
  return el(
    "div",
    { class: "row-buttons" },
    el("button", { type: "button", class: "icon-button reply", title: t("reply"), "aria-label": t("replyTo", words), click: () => startQuoting(message) }, icon(REPLY)),
    el(
      "button",
      {
        type: "button",
        class: "icon-button react",
        title: t("more", words),
        "aria-label": t("more", words),
        "aria-expanded": String(state.menu === message.id),
        click: () => openMenu(message),
      },
      icon(SMILE),
    ),
  );
}

/** The reactions under a bubble: one's own can be taken back. */
export function reactionsOf(message) {
  if (!message.reactions.length) return null;
  const pills = message.reactions.map(({ side, emoji }) =>
    side === "customer"
      ? el("button", { type: "button", class: "reaction", "aria-label": t("takeBack", emoji), click: () => react(message, emoji) }, emoji)
      : el("span", { class: "reaction", role: "img", "aria-label": t("theirReaction", emoji) }, emoji),
  );
  return el("div", { class: "reactions" }, ...pills);
}

/** A long press opens the menu, as on a phone. */
export function onLongPress(element, message) {
  let timer;
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" || event.target.closest("a, button, input, video")) return;
    timer = setTimeout(() => openMenu(message), LONG_PRESS_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove", "pointerleave"]) element.addEventListener(name, stop);
}

/** A click elsewhere closes the menu. */
export function startActions() {
  document.addEventListener("pointerdown", (event) => {
    if (state.menu !== null && !event.target.closest(".message-menu, .react")) closeMenu();
  });
}
