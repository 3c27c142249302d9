/** Places, contact cards, orders, forms and ads in a bubble. */

import { el, icon } from "./dom.js";
import { initials, phone, tint } from "./format.js";
import { language, t } from "./i18n.js";

const PIN = "M10 17.5S4.5 12 4.5 8a5.5 5.5 0 0 1 11 0c0 4-5.5 9.5-5.5 9.5zM10 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z";
const AD = "M3 8v4l10 4V4zM13 7.5a3 3 0 0 1 0 5M5 12.5l1 4h2l-1-3.5";

const safeLink = (url) => (/^https?:\/\//.test(url ?? "") ? url : null);

/** A place on a drawn map, with a link to a real one. */
export function location({ latitude, longitude, name, address, url }) {
  const map = `https://www.openstreetmap.org/?mlat=${encodeURIComponent(latitude)}&mlon=${encodeURIComponent(longitude)}#map=16/${encodeURIComponent(latitude)}/${encodeURIComponent(longitude)}`;
  const place = name || `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  return el(
    "a",
    { class: "card place", href: safeLink(url) ?? map, target: "_blank", rel: "noreferrer noopener", title: t("openMap") },
    el("span", { class: "place-map" }, icon(PIN)),
    el("strong", { dir: "auto" }, place),
    address ? el("small", { dir: "auto" }, address) : null,
  );
}

/** The cards of people that were shared. */
export function contactCards(cards) {
  return el("div", { class: "card people-cards" }, ...cards.map(contactCard));
}

function contactCard(card) {
  const phones = Array.isArray(card.phones) ? card.phones : [];
  const numbers = phones.map((one) => one.phone ?? one.wa_id).filter(Boolean);
  const name = card.name?.formatted_name || numbers[0] || "?";
  const lines = [card.org?.company, ...numbers.map((one) => phone(one.replace(/[ -]/g, ""))), ...(card.emails ?? []).map((one) => one.email)];
  return el(
    "div",
    { class: "person-card" },
    el("span", { class: `avatar ${tint(name)}`, "aria-hidden": "true" }, initials(name)),
    el(
      "div",
      {},
      el("strong", { dir: "auto" }, name),
      ...lines.filter((line) => line && line !== name).map((line) => el("small", { dir: "auto" }, line)),
    ),
  );
}

/** An amount in the way of the page's language. */
export function money(amount, currency) {
  try {
    return new Intl.NumberFormat(language(), { style: "currency", currency, minimumFractionDigits: 0, maximumFractionDigits: 2 }).format(amount);
  } catch {
    return `${amount} ${currency ?? ""}`.trim();
  }
}

/** A cart with its total per currency. */
export function order({ product_items: items = [], text }) {
  const totals = new Map();
  const rows = items.map((item) => {
    const amount = Number(item.quantity) * Number(item.item_price);
    totals.set(item.currency, (totals.get(item.currency) ?? 0) + amount);
    return el(
      "tr",
      {},
      el("td", {}, `${item.quantity} ×`),
      el("td", { dir: "auto" }, String(item.product_retailer_id)),
      el("td", {}, money(amount, item.currency)),
    );
  });
  const sums = [...totals].map(([currency, amount]) => el("tr", { class: "total" }, el("td", { colspan: "2" }, t("total")), el("td", {}, money(amount, currency))));
  return el(
    "div",
    { class: "card order" },
    el("strong", {}, t("kind_order", items.length)),
    el("table", {}, el("tbody", {}, ...rows, ...sums)),
    text ? el("small", { dir: "auto" }, text) : null,
  );
}

/** The answers that were filled into a form. */
export function form(reply) {
  let answers = {};
  try {
    answers = JSON.parse(reply.response_json) ?? {};
  } catch {
    answers = { response_json: reply.response_json };
  }
  const shown = Object.entries(answers).filter(([name]) => name !== "flow_token");
  return el(
    "div",
    { class: "card order" },
    el("strong", {}, t("kind_form")),
    el(
      "table",
      {},
      el(
        "tbody",
        {},
        ...shown.map(([name, value]) =>
          el("tr", {}, el("td", { dir: "auto" }, name), el("td", { colspan: "2", dir: "auto" }, typeof value === "object" ? JSON.stringify(value) : String(value))),
        ),
      ),
    ),
  );
}

/** The ad that somebody tapped before writing. */
export function referral(ad) {
  return el(
    "div",
    { class: "card ad" },
    icon(AD),
    el(
      "div",
      {},
      el("small", {}, t("fromAd")),
      ad.headline ? el("strong", { dir: "auto" }, ad.headline) : null,
      ad.body ? el("span", { dir: "auto" }, ad.body) : null,
    ),
  );
}
