/** Writing: text, emoji, quotes, one draft per chat. */

import { byId, el, toast } from "./dom.js";
import { t } from "./i18n.js";
import { previewOf } from "./preview.js";
import { account, changed, listen, send as sendOrder, state, write } from "./state.js";

const EMOJI = (
  "😀 😂 🥹 😍 😘 🤔 😅 😭 👍 👎 🙏 👏 💪 🤝 👌 ✌️ ❤️ 🔥 ✨ 🎉 🌺 🌈 ☀️ 🌙 🍕 ☕ 🎂 🚚 📦 🛍️ 💳 ⏰"
).split(" ");

let shown = null;
let wasEditing = false;

function fit(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 132)}px`;
  const isEmpty = !box.value.trim() && !state.editing;
  byId("send").hidden = isEmpty;
  byId("record").hidden = !isEmpty;
}

async function send() {
  const box = byId("composer-text");
  const text = box.value.trim();
  if (!state.open) return;
  if (state.editing) {
    saveEdit(text);
    return;
  }
  if (!text) return;
  box.value = "";
  fit(box);
  closeEmoji();
  try {
    await write(text);
  } catch {
    box.value = text;
    fit(box);
    toast(t("failed"));
  }
}

async function saveEdit(text) {
  const message = state.editing;
  if (!text && message.type === "text") return;
  stopEditing();
  if (text === message.text) return;
  try {
    await sendOrder({ type: "edit", target: message.wamid, text }, { keepQuote: true });
  } catch {
    toast(t("failed"));
  }
}

function insert(character) {
  const box = byId("composer-text");
  box.setRangeText(character, box.selectionStart, box.selectionEnd, "end");
  fit(box);
  box.focus();
}

function closeEmoji() {
  byId("emoji").hidden = true;
  byId("emoji-toggle").setAttribute("aria-expanded", "false");
}

function toggleEmoji() {
  const isOpen = byId("emoji").hidden;
  byId("emoji").hidden = !isOpen;
  byId("emoji-toggle").setAttribute("aria-expanded", String(isOpen));
}

function renderQuoting() {
  const message = state.editing ?? state.quoting;
  byId("quoting").hidden = !message;
  byId("quoting").classList.toggle("is-editing", Boolean(state.editing));
  if (!message) return;
  const who = message.direction === "in" ? t("you") : (account()?.name ?? "");
  byId("quoting-who").textContent = state.editing ? t("editing") : who;
  byId("quoting-text").textContent = previewOf(message);
  const label = t(state.editing ? "noEdit" : "noQuote");
  byId("quoting-close").setAttribute("aria-label", label);
  byId("quoting-close").title = label;
}

function startEditing() {
  const box = byId("composer-text");
  wasEditing = true;
  box.value = state.editing.text;
  fit(box);
  renderQuoting();
  box.focus();
}

function stopEditing() {
  const box = byId("composer-text");
  state.editing = null;
  wasEditing = false;
  box.value = "";
  fit(box);
  renderQuoting();
  box.focus();
}

/** Somebody answers; what was being edited is left as it was. */
function beginAnswer() {
  const box = byId("composer-text");
  if (wasEditing) {
    box.value = "";
    fit(box);
  }
  wasEditing = false;
  box.focus();
}

function stopQuoting() {
  if (state.editing) {
    stopEditing();
    return;
  }
  state.quoting = null;
  changed("quoting");
  byId("composer-text").focus();
}

/** Each chat keeps what was begun in it. */
function changeDraft() {
  const box = byId("composer-text");
  if (shown === state.open) return;
  if (shown) state.drafts.set(shown, box.value);
  shown = state.open;
  box.value = state.drafts.get(shown) ?? "";
  fit(box);
}

/** Make the composer work. */
export function startComposer() {
  const box = byId("composer-text");
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    box.focus();
  });
  box.addEventListener("input", () => fit(box));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && !byId("emoji").hidden) {
      closeEmoji();
    } else if (event.key === "Escape" && (state.quoting || state.editing)) {
      stopQuoting();
    }
  });
  byId("emoji").append(...EMOJI.map((one) => el("button", { type: "button", click: () => insert(one) }, one)));
  byId("emoji-toggle").addEventListener("click", toggleEmoji);
  byId("quoting-close").addEventListener("click", stopQuoting);
  listen((what, detail) => {
    if (what === "quoting" || what === "language") renderQuoting();
    if (what === "quoting" && detail.focus) beginAnswer();
    if (what === "editing") startEditing();
    if (what === "chat" || what === "people") changeDraft();
  });
}
