/** The list of customers. */

import { byId, el, icon } from "./dom.js";
import { initials, phone, rowTime, tint } from "./format.js";
import { t } from "./i18n.js";
import { previewOf } from "./preview.js";
import { account, listen, openChat, sortPeople, state } from "./state.js";

const ONE_TICK = "M4.5 6.8l3.6 3.7 7.5-7.8";
const TWO_TICKS = "M1.5 6.8l3.6 3.7 7.5-7.8M9.4 9.7l.8.8 7.5-7.8";

/** The ticks of a customer's own message. */
export function ticks(message) {
  const path = message.state === "posted" ? ONE_TICK : TWO_TICKS;
  const className = `ticks${message.state === "read" ? " is-read" : ""}`;
  return icon(path, { className, box: "0 0 20 13", label: t(message.state) });
}

function preview(one) {
  if (state.typing.has(one.user_id)) return el("p", { class: "person-preview is-typing" }, t("typing"));
  const text = one.last ? previewOf(one.last) : (phone(one.phone) || `@${one.username}`);
  return el(
    "p",
    { class: "person-preview" },
    one.last?.direction === "in" ? ticks(one.last) : null,
    el("span", { dir: "auto" }, text),
  );
}

function row(one) {
  const isOpen = one.user_id === state.open;
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: `person${one.unread ? " has-unread" : ""}`,
        "aria-current": isOpen ? "true" : undefined,
        "data-user": one.user_id,
        click: () => choose(one.user_id),
      },
      el("span", { class: `avatar ${tint(one.user_id)}`, "aria-hidden": "true" }, initials(one.name)),
      el(
        "div",
        {},
        el(
          "div",
          { class: "person-line" },
          el("span", { class: "person-name", dir: "auto" }, one.name),
          one.last ? el("span", { class: "person-time" }, rowTime(one.last.at)) : null,
        ),
        el(
          "div",
          { class: "person-line" },
          preview(one),
          one.unread ? el("span", { class: "badge", "aria-label": t("unread", one.unread) }, String(one.unread)) : null,
        ),
      ),
    ),
  );
}

/** Open a chat; on a small screen the list makes room for it. */
export async function choose(userId) {
  document.documentElement.dataset.view = "chat";
  await openChat(userId);
  if (matchMedia("(hover: hover)").matches) byId("composer-text").focus();
}

function render({ moved = false } = {}) {
  const list = byId("people");
  if (moved && !list.matches(":hover") && !list.contains(document.activeElement)) sortPeople();
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.user : null;
  list.replaceChildren(...state.people.map(row));
  if (focused) list.querySelector(`[data-user="${CSS.escape(focused)}"]`)?.focus();
  renderBusinesses();
}

function renderBusinesses() {
  byId("business").hidden = state.accounts.length < 2;
  const select = byId("business-select");
  const options = state.accounts.map((one) =>
    el("option", { value: one.phone_number_id }, `${one.name} · ${one.phone}`),
  );
  select.replaceChildren(...options);
  select.value = account()?.phone_number_id ?? "";
}

listen((what, detail) => {
  if (what === "people" || what === "typing" || what === "language") render(detail);
});
