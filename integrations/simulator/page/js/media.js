/** Pictures, videos, sounds, documents and stickers in a bubble. */

import { post } from "./api.js";
import { byId, el, icon } from "./dom.js";
import { t } from "./i18n.js";
import { state } from "./state.js";

const PLAY = "M7 4.5v11l9-5.5z";
const PAUSE = "M7 5v10M13 5v10";
const PAGE = "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5";
const BROKEN = "M3 4h14v12H3zM3 13l4-4 3 3M12 8.5v.2";

const fileOf = (message) => message.extras?.media;
const address = (file, query = "") => `/_sim/phone/files/${encodeURIComponent(file.id)}${query}`;

/** 24 kB, 1,3 MB. */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1e6).toFixed(1).replace(".", document.documentElement.lang === "es" ? "," : ".")} MB`;
}


function missing() {
  return el("div", { class: "media-missing" }, icon(BROKEN), el("span", {}, t("noPreview")));
}

/** What is not what it says it is shows a sign instead. */
function orMissing(element) {
  element.addEventListener("error", () => element.replaceWith(missing()), { once: true });
  return element;
}

/** A picture; a click shows it whole. */
export function image(message) {
  const file = fileOf(message);
  if (!file) return missing();
  const picture = el("img", {
    src: address(file),
    alt: message.text || t("kind_image"),
    width: file.width,
    height: file.height,
    loading: "lazy",
  });
  const button = el(
    "button",
    { type: "button", class: "media-frame", "aria-label": t("openPhoto"), click: () => enlarge(address(file), message) },
    picture,
  );
  picture.addEventListener("error", () => button.replaceWith(missing()), { once: true });
  return button;
}

function enlarge(source, message) {
  const dialog = byId("lightbox");
  const close = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": t("close"), title: t("close"), click: () => dialog.close() },
    icon("M5 5l10 10M15 5L5 15"),
  );
  dialog.setAttribute("aria-label", message.text || t("kind_image"));
  dialog.replaceChildren(close, el("img", { src: source, alt: message.text || t("kind_image") }));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), { once: true });
  dialog.showModal();
}

/** A video with the browser's own controls. */
export function video(message) {
  const file = fileOf(message);
  if (!file) return missing();
  return orMissing(
    el("video", {
      class: "media-video",
      src: address(file),
      controls: true,
      playsinline: true,
      preload: "metadata",
      "aria-label": message.text || t("kind_video"),
    }),
  );
}

/** A sticker, without a bubble around it. */
export function sticker(message) {
  const file = fileOf(message);
  if (!file) return missing();
  return orMissing(
    el("img", { class: "media-sticker", src: address(file), alt: t("kind_sticker"), width: 140, height: 140 }),
  );
}

/** A document: its name, its size, and a click that saves it. */
export function documentCard(message) {
  const file = fileOf(message);
  const name = message.content.filename || file?.file_name || t("kind_document");
  if (!file) return missing();
  const type = name.includes(".") ? name.split(".").at(-1).toUpperCase() : "";
  const facts = [sizeOf(file.size), type].filter(Boolean).join(" · ");
  const label = `${t("download", name)} ${facts}`;
  return el(
    "a",
    { class: "media-document", href: address(file, "?download=1"), download: name, "aria-label": label },
    icon(PAGE),
    el(
      "span",
      {},
      el("strong", { dir: "auto" }, name),
      el("small", {}, facts),
    ),
  );
}

const time = (seconds) => {
  const whole = Number.isFinite(seconds) ? Math.floor(seconds) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

/** A sound or voice message with a small player. */
export function audio(message) {
  const file = fileOf(message);
  if (!file) return missing();
  const sound = el("audio", { src: address(file), preload: "metadata" });
  const button = el("button", { type: "button", class: "player-button" });
  const slider = el("input", { type: "range", min: "0", max: "1", step: "0.001", value: "0", "aria-label": t("position") });
  const clock = el("span", { class: "player-time" }, "0:00");
  const show = () => {
    button.replaceChildren(icon(sound.paused ? PLAY : PAUSE, { className: sound.paused ? "is-solid" : "" }));
    button.setAttribute("aria-label", sound.paused ? t("play") : t("pause"));
    const length = Number.isFinite(sound.duration) ? sound.duration : 0;
    slider.value = String(length ? sound.currentTime / length : 0);
    clock.textContent = time(sound.paused && !sound.currentTime ? length : sound.currentTime);
  };
  for (const event of ["loadedmetadata", "durationchange", "timeupdate", "play", "pause", "ended"]) {
    sound.addEventListener(event, show);
  }
  button.addEventListener("click", () => (sound.paused ? sound.play().catch(() => {}) : sound.pause()));
  slider.addEventListener("input", () => {
    if (Number.isFinite(sound.duration)) sound.currentTime = Number(slider.value) * sound.duration;
  });
  if (message.direction === "out" && message.content.voice) {
    sound.addEventListener("play", () => tellPlayed(message), { once: true });
  }
  show();
  const player = el(
    "div",
    { class: `player${message.content.voice ? " is-voice" : ""}`, role: "group", "aria-label": t(message.content.voice ? "kind_voice" : "kind_audio") },
    button,
    slider,
    clock,
    sound,
  );
  sound.addEventListener("error", () => player.replaceWith(missing()), { once: true });
  return player;
}

function tellPlayed(message) {
  const chat = { phone_number_id: state.number, user_id: message.user_id, wamid: message.wamid };
  post("/_sim/phone/played", chat).catch(() => {});
}
