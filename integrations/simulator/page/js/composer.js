/** Writing: text, emoji, quotes, one draft per chat. */

import { byId, el, toast } from "./dom.js";
import { t } from "./i18n.js";
import { account, changed, listen, state, write } from "./state.js";

const EMOJI = (
  "😀 😂 🥹 😍 😘 🤔 😅 😭 👍 👎 🙏 👏 💪 🤝 👌 ✌️ ❤️ 🔥 ✨ 🎉 🌺 🌈 ☀️ 🌙 🍕 ☕ 🎂 🚚 📦 🛍️ 💳 ⏰"
).split(" ");

let shown = null;

function fit(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 132)}px`;
}

async function send() {
  const box = byId("composer-text");
  const text = box.value.trim();
  if (!text || !state.open) return;
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
  const message = state.quoting;
  byId("quoting").hidden = !message;
  if (!message) return;
  byId("quoting-who").textContent = message.direction === "in" ? t("you") : (account()?.name ?? "");
  byId("quoting-text").textContent = message.text;
}

function stopQuoting() {
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
    } else if (event.key === "Escape" && state.quoting) {
      stopQuoting();
    }
  });
  byId("emoji").append(...EMOJI.map((one) => el("button", { type: "button", click: () => insert(one) }, one)));
  byId("emoji-toggle").addEventListener("click", toggleEmoji);
  byId("quoting-close").addEventListener("click", stopQuoting);
  listen((what) => {
    if (what === "quoting" || what === "language") renderQuoting();
    if (what === "chat" || what === "people") changeDraft();
  });
}
