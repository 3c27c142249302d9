/** The chat on the phone. */

import { buttonsOf, menuOf, onLongPress, reactionsOf } from "./actions.js";
import { contentOf, isFree } from "./content.js";
import { byId, el } from "./dom.js";
import { day, messageTime, phone, sameDay } from "./format.js";
import { language, t } from "./i18n.js";
import { ticks } from "./people.js";
import { previewOf } from "./preview.js";
import { account, listen, loadOlder, person, state } from "./state.js";

const GROUP_SECONDS = 120;
const NEAR_END = 80;

let below = 0;
// Players and pictures survive when what is around them is drawn anew.
let insides = new Map();

function insideOf(message) {
  const says = JSON.stringify([language(), message.text, message.content, message.extras]);
  const known = insides.get(message.id);
  if (known?.says === says) return known;
  const nodes = contentOf(message);
  const isTail = (node) => node.classList.contains("choices");
  return {
    says,
    node: el("div", { class: "bubble-inside" }, ...nodes.filter((node) => !isTail(node))),
    // Buttons stand below the time.
    tail: nodes.find(isTail) ?? null,
  };
}

function quote(message) {
  if (!message.context) return null;
  const quoted = message.quoted;
  const known = quoted?.id;
  const who = !known ? t("unknownQuote") : quoted.direction === "in" ? t("you") : (account()?.name ?? "");
  return el(
    "button",
    { type: "button", class: "quote", disabled: !known, click: () => flash(quoted.id) },
    el("strong", { dir: "auto" }, who),
    el("span", { dir: "auto" }, known ? previewOf(quoted) : ""),
  );
}

/** Show a message and let it flash once. */
export function flash(id) {
  const row = byId("log").querySelector(`[data-id="${id}"]`);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.classList.remove("flash");
  requestAnimationFrame(() => row.classList.add("flash"));
}

function meta(message) {
  return el(
    "div",
    { class: "bubble-meta" },
    message.extras?.edited_at ? el("span", {}, t("edited")) : null,
    el("time", { datetime: new Date(message.at * 1000).toISOString() }, messageTime(message.at)),
    message.direction === "in" ? ticks(message) : null,
  );
}

function bubble(message, previous, kept) {
  const own = message.direction === "in";
  const isFirst =
    !previous || previous.direction !== message.direction || message.at - previous.at > GROUP_SECONDS;
  const inside = insideOf(message);
  kept.set(message.id, inside);
  const classes = ["row", own ? "own" : "", isFirst ? "first" : "", message.reactions.length ? "has-reactions" : ""];
  const box = el(
    "div",
    { class: `bubble${isFree(message) ? " is-free" : ""}` },
    quote(message),
    inside.node,
    meta(message),
    inside.tail,
    reactionsOf(message),
  );
  const isGone = message.extras?.deleted;
  if (!isGone) onLongPress(box, message);
  return el(
    "div",
    { class: classes.filter(Boolean).join(" "), "data-id": message.id },
    box,
    isGone ? null : buttonsOf(message),
    state.menu === message.id ? menuOf(message) : null,
  );
}

function typingRow() {
  return el(
    "div",
    { class: "row first", id: "typing-row" },
    el(
      "div",
      { class: "bubble typing-bubble", role: "img", "aria-label": t("typing") },
      el("i"),
      el("i"),
      el("i"),
    ),
  );
}

function empty(title, text) {
  return el("div", { class: "chat-empty" }, el("strong", {}, title), el("p", {}, text));
}

function content() {
  if (state.loaded && !state.accounts.length) return [empty(t("noAccountsTitle"), t("noAccountsText"))];
  if (!state.open) return [empty(t("pickTitle"), t("pickText"))];
  if (!state.messages.length && !state.typing.has(state.open)) {
    return [empty(t("emptyTitle"), t("emptyText", account()?.name ?? ""))];
  }
  const nodes = [];
  const kept = new Map();
  if (state.more) {
    nodes.push(el("button", { type: "button", class: "older", click: () => loadOlder() }, t("older")));
  }
  let previous = null;
  let section = null;
  for (const message of state.messages) {
    if (!previous || !sameDay(previous.at, message.at)) {
      // A section of its own, so that a sticking day makes room for the next.
      section = el("section", {}, el("h3", { class: "day" }, el("span", {}, day(message.at))));
      nodes.push(section);
      previous = null;
    }
    section.append(bubble(message, previous, kept));
    previous = message;
  }
  insides = kept;
  if (state.typing.has(state.open)) nodes.push(typingRow());
  return nodes;
}

const isNearEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;

function render(detail = {}) {
  const log = byId("log");
  const wasNearEnd = isNearEnd(log);
  const fromEnd = log.scrollHeight - log.scrollTop;
  const focused = focusIn(log);
  log.replaceChildren(...content());
  refocus(log, focused);
  if (detail.whole || (wasNearEnd && !detail.older)) log.scrollTop = log.scrollHeight;
  else if (detail.older) log.scrollTop = log.scrollHeight - fromEnd;
  if (detail.added) added(log, detail.added, wasNearEnd);
  if (detail.whole) below = 0;
  if (detail.menu) showMenu(log);
  renderToEnd();
  renderHead();
}

const FOCUSABLE = "button, a, input, video";

/** Where the keyboard is: which message, which of its buttons. */
function focusIn(log) {
  const row = document.activeElement?.closest(".row");
  if (!row || !log.contains(row)) return null;
  return { id: row.dataset.id, index: [...row.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement) };
}

function refocus(log, focused) {
  if (!focused) return;
  log.querySelector(`[data-id="${focused.id}"]`)?.querySelectorAll(FOCUSABLE)[focused.index]?.focus({ preventScroll: true });
}

function showMenu(log) {
  const menu = log.querySelector(".message-menu");
  menu?.scrollIntoView({ block: "nearest" });
  menu?.querySelector("button")?.focus({ preventScroll: true });
}

function added(log, message, wasNearEnd) {
  log.querySelector(`[data-id="${message.id}"]`)?.classList.add("is-new");
  if (message.direction === "in") {
    const isLast = state.messages.at(-1) === message;
    if (isLast) log.scrollTop = log.scrollHeight;
    else flash(message.id);
  } else if (!wasNearEnd) {
    below += 1;
  }
}

function renderToEnd() {
  const button = byId("to-end");
  if (isNearEnd(byId("log"))) below = 0;
  button.hidden = below === 0;
  button.textContent = t("newMessages", below);
}

function renderHead() {
  const business = account();
  const isTyping = state.typing.has(state.open);
  byId("chat-name").textContent = business?.name ?? "";
  byId("chat-name").closest("header").hidden = !business;
  byId("chat-sub").textContent = isTyping ? t("typing") : [t("businessAccount"), business?.phone].filter(Boolean).join(" · ");
  byId("chat-sub").classList.toggle("is-typing", isTyping);
  const one = person();
  byId("caption").replaceChildren(
    ...(one
      ? [
          el("span", { class: "caption-of" }, `${t("phoneOf")} `),
          el("strong", { dir: "auto" }, one.name),
          el("span", { class: "caption-number" }, phone(one.phone) || `@${one.username}`),
        ]
      : []),
  );
  byId("composer").hidden = !one || !business || !byId("recording").hidden;
  byId("profile-toggle").hidden = !one || !business;
}

/** Make the chat react to scrolling and to news. */
export function startChat() {
  const log = byId("log");
  log.addEventListener("scroll", renderToEnd, { passive: true });
  byId("to-end").addEventListener("click", () => {
    log.scrollTop = log.scrollHeight;
  });
  listen((what, detail) => {
    if (what === "chat" || what === "typing") render(detail);
    if (what === "language") render({ whole: true });
    if (what === "arrived" && detail.message.user_id === state.open) {
      byId("live").textContent = t("arrived", account()?.name ?? "", previewOf(detail.message));
    }
  });
}
