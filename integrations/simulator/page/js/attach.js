/** Attaching: the menu, files from the disk with a look at them first, paste and drop. */

import { leave } from "./api.js";
import { openContact, openLocation, openSamples, openStickers } from "./dialogs.js";
import { byId, el, icon, toast } from "./dom.js";
import { t } from "./i18n.js";
import { sizeOf } from "./media.js";
import { listen, send, state } from "./state.js";

const LARGEST = 100 * 1024 * 1024;
const CROSS = "M5 5l10 10M15 5L5 15";
const ITEMS = {
  photo: { path: "M3 5h14v11H3zM3 14l4-4 3 3 3-3 4 4M7 8.2v.1", accept: "image/*,video/*" },
  document: { path: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5", accept: "*/*" },
  audio: { path: "M8 15V5l8-2v10M8 15a2.2 2.2 0 1 1-4.4 0A2.2 2.2 0 0 1 8 15zM16 13a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0z", accept: "audio/*" },
  location: { path: "M10 17.5S4.5 12 4.5 8a5.5 5.5 0 0 1 11 0c0 4-5.5 9.5-5.5 9.5zM10 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", run: () => openLocation() },
  contact: { path: "M10 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.8 17c.6-3.2 3-5 6.2-5s5.6 1.8 6.2 5", run: openContact },
  sticker: { path: "M16.5 11.5v-7h-13v13h7zM10.5 17.5v-6h6", run: openStickers },
  order: { path: "M3 4h2l2 9h8l2-6H6M8 16.5v.2M14 16.5v.2", run: () => send({ type: "order" }) },
  sample: { path: "M4 6l6-3 6 3v8l-6 3-6-3zM4 6l6 3 6-3M10 9v8", run: openSamples },
};

let chosen = [];
let wanted = "photo";

const kindOf = (file) => {
  if (wanted === "document") return "document";
  if (["image/jpeg", "image/png"].includes(file.type)) return "image";
  if (["video/mp4", "video/3gpp"].includes(file.type)) return "video";
  return file.type.startsWith("audio/") ? "audio" : "document";
};

/** WhatsApp turns other pictures into JPEG before it sends them. */
async function asWhatsAppWould(file) {
  const isOther = file.type.startsWith("image/") && !["image/jpeg", "image/png"].includes(file.type);
  if (wanted === "document" || !isOther) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const canvas = el("canvas", { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, bitmap.width, bitmap.height);
    context.drawImage(bitmap, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

function thumbnail(one) {
  if (one.kind !== "image") return el("span", { class: "file-sign" }, icon(ITEMS[one.kind === "video" ? "photo" : one.kind]?.path ?? ITEMS.document.path));
  return el("img", { src: one.url, alt: "", width: 56, height: 56 });
}

function close() {
  for (const one of chosen) URL.revokeObjectURL(one.url);
  chosen = [];
  byId("files").close();
}

function row(one) {
  const isLarge = one.file.size > LARGEST;
  return el(
    "li",
    { class: "file-row" },
    thumbnail(one),
    el("span", {}, el("strong", { dir: "auto" }, one.file.name), el("small", { class: isLarge ? "is-large" : "" }, isLarge ? t("tooLarge") : sizeOf(one.file.size))),
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("removeFile", one.file.name),
        click: () => {
          chosen = chosen.filter((other) => other !== one);
          if (chosen.length) renderFiles();
          else close();
        },
      },
      icon(CROSS),
    ),
  );
}

function renderFiles() {
  const dialog = byId("files");
  const before = byId("files-caption")?.value ?? "";
  const takesCaption = chosen.some((one) => one.kind !== "audio");
  const form = el(
    "form",
    { class: "sheet-body", novalidate: true, autocomplete: "off" },
    el("h2", { id: "files-title" }, t("sendFiles", chosen.length)),
    el("ul", { class: "file-list", role: "list" }, ...chosen.map(row)),
    takesCaption
      ? el("div", { class: "field" }, el("label", { for: "files-caption" }, t("caption")), el("input", { id: "files-caption", maxlength: "1024", dir: "auto" }))
      : null,
    el(
      "div",
      { class: "dialog-actions" },
      el("button", { type: "button", class: "button quiet", click: close }, t("cancel")),
      el("button", { type: "submit", class: "button" }, t("send")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendFiles(byId("files-caption")?.value.trim() ?? "");
  });
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
  const box = byId("files-caption");
  if (box) {
    box.value = before;
    box.focus();
  }
}

async function sendFiles(caption) {
  const files = chosen;
  close();
  try {
    for (const [index, one] of files.entries()) await sendFile(one, index === 0 ? caption : "");
  } catch {
    toast(t("failed"));
  }
}

async function sendFile({ file, kind }, caption) {
  const order = { type: kind, ...(caption && kind !== "audio" ? { caption } : {}) };
  if (file.size > LARGEST) return send({ ...order, too_large: true });
  const left = await leave(file, { type: file.type });
  return send({ ...order, media: { blob: left.blob, mime_type: left.mime_type, file_name: file.name } });
}

/** Show files before they are sent. */
export async function look(files, as = "photo") {
  if (!files.length || !state.open) return;
  wanted = as;
  const ready = await Promise.all([...files].map(asWhatsAppWould));
  chosen = [...chosen, ...ready.map((file) => ({ file, kind: kindOf(file), url: URL.createObjectURL(file) }))];
  renderFiles();
}

function choose(name) {
  showMenu(false);
  const item = ITEMS[name];
  if (item.run) {
    Promise.resolve(item.run()).catch(() => toast(t("failed")));
    return;
  }
  const input = byId("file-input");
  input.accept = item.accept;
  input.dataset.as = name;
  input.value = "";
  input.click();
}

function showMenu(isShown) {
  byId("attach").hidden = !isShown;
  byId("attach-toggle").setAttribute("aria-expanded", String(isShown));
  if (isShown) byId("attach").querySelector("button").focus();
}

function renderMenu() {
  byId("attach").replaceChildren(
    ...Object.entries(ITEMS).map(([name, item]) =>
      el("button", { type: "button", class: `attach-item is-${name}`, click: () => choose(name) }, el("span", {}, icon(item.path)), el("small", {}, t(`attach_${name}`))),
    ),
  );
}

/** Make attaching work. */
export function startAttach() {
  renderMenu();
  byId("attach-toggle").addEventListener("click", () => showMenu(byId("attach").hidden));
  byId("attach").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    showMenu(false);
    byId("attach-toggle").focus();
  });
  byId("file-input").addEventListener("change", (event) => look(event.target.files, event.target.dataset.as));
  byId("composer-text").addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    look(event.clipboardData.files);
  });
  const phone = byId("phone");
  phone.addEventListener("dragover", (event) => event.preventDefault());
  phone.addEventListener("drop", (event) => {
    event.preventDefault();
    look(event.dataTransfer?.files ?? []);
  });
  listen((what) => {
    if (what === "language") renderMenu();
    if (what === "chat" && !state.open) showMenu(false);
  });
}
