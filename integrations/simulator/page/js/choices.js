/** Buttons, lists and requests of the business, and the answers that a tap sends. */

import { money } from "./cards.js";
import { byId, el, icon, toast } from "./dom.js";
import { t } from "./i18n.js";
import { audio, documentCard, image, video } from "./media.js";
import { openLocation } from "./dialogs.js";
import { person, send } from "./state.js";

const LINK = "M8 12l4-4M9 6.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L13.5 11M11 13.5L9.5 15A3.2 3.2 0 0 1 5 10.5L6.5 9";
const LIST = "M4 6h12M4 10h12M4 14h12";

const attempt = (order) => send(order).catch(() => toast(t("failed")));
const answer = (message, content) => attempt({ type: "interactive", content, context: message.wamid });

function action(label, run, path) {
  return el("button", { type: "button", class: "choice", click: run }, path ? icon(path) : null, el("span", { dir: "auto" }, label));
}

function header(message, words) {
  const head = message.content.header;
  if (!head) return null;
  if (head.type === "text") return el("div", { class: "bubble-title", dir: "auto" }, head.text);
  const build = { image, video, document: documentCard, audio }[head.type];
  return build ? build({ ...message, text: "", content: head[head.type] ?? {} }) : words(head.type, " is-other");
}

function openList(message) {
  const { action: list } = message.content;
  const dialog = byId("sheet");
  const choose = (row) => {
    dialog.close();
    const { id, title, description } = row;
    answer(message, { type: "list_reply", list_reply: { id, title, ...(description ? { description } : {}) } });
  };
  dialog.replaceChildren(
    el(
      "div",
      { class: "sheet-body" },
      el("h2", { id: "sheet-title", dir: "auto" }, list.button),
      ...(list.sections ?? []).map((section) =>
        el(
          "section",
          {},
          section.title ? el("h3", { dir: "auto" }, section.title) : null,
          ...(section.rows ?? []).map((row) =>
            el(
              "button",
              { type: "button", class: "sheet-row", click: () => choose(row) },
              el("strong", { dir: "auto" }, row.title),
              row.description ? el("small", { dir: "auto" }, row.description) : null,
            ),
          ),
        ),
      ),
      el("div", { class: "dialog-actions" }, el("button", { type: "button", class: "button quiet", click: () => dialog.close() }, t("cancel"))),
    ),
  );
  dialog.showModal();
}

/** Whoever was asked for their number sends a card of themselves, also when businesses do not get it otherwise. */
function shareNumber(message) {
  const one = person();
  const number = (one.phone ?? one.hidden_phone ?? "+573005550104").replace(/\D/g, "");
  const card = {
    origin: "contact_request",
    vcard: `BEGIN:VCARD\nVERSION:3.0\nFN:${one.name}\nTEL;type=CELL;waid=${number}:+${number}\nEND:VCARD`,
    phones: [{ phone: `+${number}`, wa_id: number, type: "CELL" }],
  };
  attempt({ type: "contacts", content: [card], context: message.wamid });
}

function fillForm(message) {
  const { parameters } = message.content.action;
  const content = { flow_token: parameters.flow_token ?? "unused", nombre: person().name, acepta: true };
  answer(message, { type: "nfm_reply", nfm_reply: { response_json: JSON.stringify(content), body: "Sent", name: "flow" } });
}

function orderProducts(message) {
  const { action: shop } = message.content;
  const ids = shop.product_retailer_id
    ? [shop.product_retailer_id]
    : (shop.sections ?? []).flatMap((section) => section.product_items.map((item) => item.product_retailer_id));
  const items = ids.map((id) => ({ product_retailer_id: id, quantity: 1, item_price: 89900, currency: "COP" }));
  attempt({ type: "order", content: { catalog_id: shop.catalog_id, product_items: items }, context: message.wamid });
}

const actions = {
  button: (message) =>
    (message.content.action.buttons ?? []).map(({ reply }) =>
      action(reply.title, () => answer(message, { type: "button_reply", button_reply: reply })),
    ),
  list: (message) => [action(message.content.action.button, () => openList(message), LIST)],
  cta_url: (message) => {
    const { display_text: text, url } = message.content.action.parameters;
    return [el("a", { class: "choice", href: url, target: "_blank", rel: "noreferrer noopener" }, icon(LINK), el("span", { dir: "auto" }, text))];
  },
  location_request_message: (message) => [action(t("shareLocation"), () => openLocation(message.wamid))],
  contact_request: (message) => [action(t("shareNumber"), () => shareNumber(message))],
  flow: (message) => [action(message.content.action.parameters.flow_cta, () => fillForm(message))],
  product: (message) => [action(`${t("attach_order")} · ${money(89900, "COP")}`, () => orderProducts(message))],
  product_list: (message) => [action(t("attach_order"), () => orderProducts(message))],
};

/** The inside of an interactive message of the business. */
export function* choices(message, words) {
  const { content } = message;
  yield header(message, words);
  yield words(content.body?.text);
  if (content.footer?.text) yield el("div", { class: "bubble-small", dir: "auto" }, content.footer.text);
  const build = actions[content.type];
  yield build ? el("div", { class: "choices" }, ...build(message)) : words(t("kind_unsupported", content.type), " is-other");
}
