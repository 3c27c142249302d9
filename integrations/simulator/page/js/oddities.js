/** What customers and Meta rarely send, on order: sections of the controls. */

import { get, post } from "./api.js";
import { el, toast } from "./dom.js";
import { t } from "./i18n.js";
import { send, state } from "./state.js";

// "<b>not a picture</b>"
const LIE = { bytes_base64: "PGI+bm90IGEgcGljdHVyZTwvYj4=", mime_type: "image/jpeg", file_name: "foto.jpg" };
const ORDERS = {
  ad: () => ({ type: "text", text: t("odd_adText"), referral: true }),
  forwarded: () => ({ type: "text", text: t("odd_forwardedText"), forwarded: "frequently" }),
  product: () => ({ type: "text", text: t("odd_productText"), product: true }),
  button: () => ({ type: "button", text: t("odd_buttonText"), payload: "confirm_order:8821" }),
  form: () => ({ type: "interactive" }),
  poll: () => ({ type: "unsupported", content: { type: "poll_creation" } }),
  gone: () => ({ type: "unsupported", code: 131060 }),
  large: () => ({ type: "video", too_large: true }),
  future: () => ({ type: "event_invite", content: { name: "Feria", start_time: "1796205600" } }),
  lie: () => ({ type: "image", caption: t("odd_lieText"), media: LIE }),
  echo: () => ({ type: "text", text: t("odd_echoText"), echo: true }),
};

let events = [];
let chosen = "";

/** Buttons that send the uncommon messages. */
export const oddityButtons = (button, noChat) =>
  Object.entries(ORDERS).map(([name, order]) => button(t(`odd_${name}`), () => send(order(), { keepQuote: true }), noChat));

/** A choice of Meta's notices about accounts, and the button that sends one. */
export function accountEvents(button) {
  const select = el(
    "select",
    { id: "event-name", "aria-label": t("accountEvent"), change: (event) => (chosen = event.target.value) },
    ...events.map((name) => el("option", { value: name }, name)),
  );
  select.value = chosen || events[0] || "";
  const run = async () => {
    await post("/_sim/inbound", { event: select.value, phone_number_id: state.number });
    toast(t("sentEvent", select.value));
  };
  return [select, button(t("sendEvent"), run, { disabled: !events.length || !state.accounts.length })];
}

/** Learn which notices there are. */
export async function loadEvents() {
  ({ events } = await get("/_sim/events-of-accounts"));
}
