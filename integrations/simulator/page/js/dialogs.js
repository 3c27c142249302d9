/** Sheets for what is sent without a file of one's own: a place, a contact, samples, stickers. */

import { get } from "./api.js";
import { byId, el, toast } from "./dom.js";
import { t } from "./i18n.js";
import { send } from "./state.js";

const PLACE = { name: "Parque Simón Bolívar", address: "Calle 63 # 68-95, Bogotá", latitude: "4.6533816", longitude: "-74.0836333" };
const CONTACT = { name: "Lucía Gómez", phone: "+57 300 555 0111", company: "Acme SAS" };

/** A labelled field. */
export function field(prefix, name, label, attributes = {}) {
  return el(
    "div",
    { class: "field" },
    el("label", { for: `${prefix}-${name}` }, label),
    el("input", { id: `${prefix}-${name}`, name, autocomplete: "off", dir: "auto", ...attributes }),
  );
}

/** Open the sheet with these contents; `submit` gets the values and gives a sentence when they will not do. */
export function openSheet(title, children, submit, button = t("send")) {
  const dialog = byId("sheet");
  const problem = el("p", { class: "field-error", role: "alert", hidden: true });
  const form = el(
    "form",
    { novalidate: true, autocomplete: "off", class: "sheet-body" },
    el("h2", { id: "sheet-title", dir: "auto" }, title),
    ...children,
    problem,
    el(
      "div",
      { class: "dialog-actions" },
      el("button", { type: "button", class: "button quiet", click: () => dialog.close() }, t("cancel")),
      submit ? el("button", { type: "submit", class: "button" }, button) : null,
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    try {
      problem.textContent = (await submit(values)) ?? "";
    } catch {
      problem.textContent = t("failed");
    }
    problem.hidden = !problem.textContent;
    if (!problem.textContent) dialog.close();
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  return dialog;
}

/** Send a place, perhaps as the answer to a request. */
export function openLocation(context) {
  openSheet(
    t("locationTitle"),
    [
      field("place", "name", t("placeName"), { value: PLACE.name, maxlength: "200" }),
      field("place", "address", t("placeAddress"), { value: PLACE.address, maxlength: "300" }),
      field("place", "latitude", t("latitude"), { value: PLACE.latitude, inputmode: "decimal", required: true }),
      field("place", "longitude", t("longitude"), { value: PLACE.longitude, inputmode: "decimal", required: true }),
    ],
    async ({ name, address, ...point }) => {
      const [latitude, longitude] = [Number(point.latitude), Number(point.longitude)];
      const isRight = point.latitude && point.longitude && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
      if (!isRight) return t("badPlace");
      const content = { latitude, longitude, ...(name ? { name } : {}), ...(address ? { address } : {}) };
      await send({ type: "location", content, ...(context ? { context } : {}) });
      return "";
    },
  );
}

/** Send the card of somebody. */
export function openContact() {
  openSheet(
    t("contactTitle"),
    [
      field("contact", "name", t("personName"), { value: CONTACT.name, maxlength: "100" }),
      field("contact", "phone", t("personPhone"), { value: CONTACT.phone, type: "tel", maxlength: "24" }),
      field("contact", "company", t("company"), { value: CONTACT.company, maxlength: "100" }),
    ],
    async ({ name, phone, company }) => {
      const digits = phone.replace(/\D/g, "");
      if (!name || digits.length < 7) return t("contactNeeds");
      const [first, ...last] = name.split(/\s+/);
      const card = {
        name: { formatted_name: name, first_name: first, ...(last.length ? { last_name: last.join(" ") } : {}) },
        ...(company ? { org: { company } } : {}),
        phones: [{ phone, wa_id: digits, type: "MOBILE" }],
      };
      await send({ type: "contacts", content: [card] });
      return "";
    },
  );
}

async function openSampleList(title, isMeant, row) {
  const { samples } = await get("/_sim/phone/samples");
  const dialog = byId("sheet");
  const choose = (sample) => {
    dialog.close();
    const voice = sample.name === "voice" ? { voice: true } : {};
    send({ type: sample.kind, media: sample.name, ...voice }).catch(() => toast(t("failed")));
  };
  openSheet(title, [el("div", { class: "sheet-list" }, ...samples.filter(isMeant).map((sample) => row(sample, () => choose(sample))))], null);
}

/** Choose one of the sample files. */
export function openSamples() {
  return openSampleList(
    t("samplesTitle"),
    (sample) => sample.kind !== "sticker",
    (sample, click) =>
      el(
        "button",
        { type: "button", class: "sheet-row", click },
        el("strong", {}, t(`sample_${sample.name}`)),
        el("small", {}, sample.file_name),
      ),
  );
}

/** Choose a sticker. */
export function openStickers() {
  return openSampleList(
    t("stickersTitle"),
    (sample) => sample.kind === "sticker",
    (sample, click) =>
      el(
        "button",
        { type: "button", class: "sticker-choice", click },
        el("img", { src: `/_sim/phone/samples/${sample.name}`, alt: t(`sample_${sample.name}`), width: 96, height: 96 }),
      ),
  );
}
