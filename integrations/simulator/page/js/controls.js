/** The panel of controls: faults, read receipts, test messages, and help. */

import { get, post, remove } from "./api.js";
import { byId, el, icon, toast } from "./dom.js";
import { t } from "./i18n.js";
import { accountEvents, loadEvents, oddityButtons } from "./oddities.js";
import { listen, state, write } from "./state.js";

const FAULTS = {
  unreachable: { kind: "error", code: 131026 },
  window: { kind: "error", code: 131047 },
  rate: { kind: "error", code: 130429 },
  html: { kind: "html", status: 502, when: "before_accept" },
  reset: { kind: "reset", when: "after_accept" },
  silent: { kind: "silent", when: "after_accept" },
  garbage: { kind: "garbage", body: "html" },
  slow: { kind: "delay", seconds: 3, when: "before_accept" },
  later: { kind: "status_failed", code: 131049 },
};
const FILE_FAULTS = {
  stall: { kind: "stall", on: "download" },
  broken: { kind: "reset", when: "half_response", on: "download" },
  gone: { kind: "gone", on: "download" },
  bytes: { kind: "changed_bytes", on: "download" },
  upload: { kind: "error", code: 131016, on: "upload" },
};
const TRIGGERS = [
  ["…0131026", "trigger_refuse"],
  ["…0990190", "trigger_refuse"],
  ["…1131049", "trigger_later"],
  ["…0999502", "trigger_html"],
  ["…0999503", "trigger_html_after"],
  ["…0999104", "trigger_reset"],
  ["…0999204", "trigger_silent"],
  ["…0999200", "trigger_garbage"],
];
const LATE_HOURS = 26;
const LOOK_AT_DELIVERIES_MS = 2500;

let active = [];

const matching = (wanted) =>
  active.filter((fault) => Object.entries({ on: "send", ...wanted }).every(([name, value]) => fault[name] === value));

async function attempt(action) {
  try {
    await action();
  } catch {
    toast(t("failed"));
  }
}

function toggle(label, hint, isOn, action, className = "") {
  return el(
    "button",
    { type: "button", role: "switch", class: `switch ${className}`, "aria-checked": String(isOn), click: () => attempt(action) },
    el("span", {}, label, hint ? el("small", {}, hint) : null),
    el("span", { class: "switch-track", "aria-hidden": "true" }),
  );
}

function faultSwitch([name, fault]) {
  const found = matching(fault);
  return toggle(
    t(`fault_${name}`),
    t(`fault_${name}_hint`),
    found.length > 0,
    async () => {
      if (found.length) await Promise.all(found.map((one) => remove(`/_sim/faults/${one.id}`)));
      else await post("/_sim/faults", fault);
    },
    "is-fault",
  );
}

const button = (text, action, attributes = {}) =>
  el("button", { type: "button", class: "button quiet", click: () => attempt(action), ...attributes }, text);

async function burst() {
  for (const text of t("burstTexts")) await write(text);
}

function section(title, hint, ...children) {
  return el("section", {}, el("h3", {}, title), hint ? el("p", { class: "controls-hint" }, hint) : null, ...children);
}

function help() {
  const rows = TRIGGERS.map(([ending, text]) => el("tr", {}, el("td", {}, ending), el("td", {}, t(text))));
  return el(
    "details",
    {},
    el("summary", {}, t("triggers")),
    el("p", { class: "controls-hint" }, t("triggersHint")),
    el("table", {}, el("tbody", {}, ...rows)),
  );
}

function render() {
  const panel = byId("controls");
  const wasOpen = panel.querySelector("details")?.open;
  const focused = [...panel.querySelectorAll("button")].indexOf(document.activeElement);
  const noChat = { disabled: !state.open || !state.accounts.length };
  panel.replaceChildren(
    el(
      "div",
      { class: "controls-head" },
      el("h2", { id: "controls-title" }, t("controls")),
      el(
        "button",
        { type: "button", class: "icon-button", "aria-label": t("close"), title: t("close"), click: () => show(false) },
        icon("M5 5l10 10M15 5L5 15"),
      ),
    ),
    section(
      t("actions"),
      t("actionsHint"),
      el(
        "div",
        { class: "controls-buttons" },
        button(t("burst"), burst, noChat),
        button(t("late"), () => write(t("lateText"), { late_hours: LATE_HOURS }), noChat),
      ),
    ),
    section(
      t("oddities"),
      null,
      el("div", { class: "controls-buttons" }, ...oddityButtons(button, noChat)),
    ),
    section(
      t("customer"),
      null,
      toggle(t("receipts"), t("receiptsHint"), state.receipts, () =>
        post("/_sim/timeline", { read: state.receipts ? null : "when_open" }),
      ),
    ),
    section(
      t("faults"),
      t("faultsHint"),
      ...Object.entries(FAULTS).map(faultSwitch),
      el(
        "div",
        { class: "controls-buttons" },
        button(t("allOff"), () => remove("/_sim/faults"), { disabled: !active.length }),
      ),
    ),
    section(t("fileFaults"), t("fileFaultsHint"), ...Object.entries(FILE_FAULTS).map(faultSwitch)),
    section(
      t("accountEvents"),
      t("accountEventsHint"),
      el("div", { class: "controls-buttons" }, ...accountEvents(button)),
    ),
    help(),
  );
  if (wasOpen) panel.querySelector("details").open = true;
  if (focused >= 0) panel.querySelectorAll("button")[focused]?.focus();
  byId("fault-count").hidden = !active.length;
  byId("fault-count").textContent = String(active.length);
}

function show(isShown) {
  byId("controls").hidden = !isShown;
  byId("app").classList.toggle("with-controls", isShown);
  const opener = byId("controls-toggle");
  opener.setAttribute("aria-expanded", String(isShown));
  if (isShown) byId("controls").querySelector("button")?.focus();
  else opener.focus();
}

async function lookAtDeliveries() {
  if (document.visibilityState !== "visible") return;
  const { failing } = await get("/_sim/deliveries");
  const note = byId("waiting");
  note.hidden = !failing.length;
  const text = failing.length ? t("waiting", failing.length, failing[0].status ?? t("noAnswer")) : "";
  if (note.textContent !== text) note.textContent = text;
}

async function refresh() {
  ({ faults: active } = await get("/_sim/faults"));
  render();
}

/** Make the panel work. */
export function startControls() {
  byId("controls-toggle").addEventListener("click", () => show(byId("controls").hidden));
  byId("controls").addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  listen((what) => {
    if (what === "settings") refresh().catch(() => {});
    if (what === "language" || what === "chat") render();
  });
  loadEvents().then(render, () => {});
  // While the simulator restarts there is nothing to show; the next look finds it again.
  setInterval(() => lookAtDeliveries().catch(() => {}), LOOK_AT_DELIVERIES_MS);
}
