/** The profile of a customer: name, username, number, marketing. */

import { post, Refused } from "./api.js";
import { field, openSheet } from "./dialogs.js";
import { byId, el, toast } from "./dom.js";
import { phone } from "./format.js";
import { t } from "./i18n.js";
import { follow as followPerson, load, person, state } from "./state.js";

const chat = () => ({ phone_number_id: state.number, user_id: state.open });

async function saveProfile({ name, username, hide }) {
  if (!name) return t("personNeeds");
  try {
    await post("/_sim/phone/people/profile", { ...chat(), name, username, hide_phone: hide === "on" });
    await load();
  } catch (error) {
    if (error instanceof Refused) return t("usernameNeeded");
    throw error;
  }
  return "";
}

function numberPart(one) {
  const problem = el("p", { class: "field-error", role: "alert", hidden: true });
  const change = async () => {
    const number = byId("profile-number").value.trim();
    try {
      const answer = await post("/_sim/phone/people/number", { ...chat(), phone: number });
      await followPerson(answer.person.user_id);
      byId("sheet").close();
    } catch (error) {
      problem.textContent = t(error instanceof Refused ? "numberTaken" : "failed");
      problem.hidden = false;
    }
  };
  return el(
    "section",
    { class: "profile-part" },
    el("h3", {}, `${t("numberTitle")} · ${phone(one.phone ?? one.hidden_phone) || "—"}`),
    el("p", { class: "field-hint" }, t("numberHint")),
    el(
      "div",
      { class: "profile-line" },
      field("profile", "number", t("newNumber"), { type: "tel", maxlength: "24", placeholder: "+57 300 555 0121", form: "profile-none" }),
      el("button", { type: "button", class: "button quiet", click: change }, t("changeNumber")),
    ),
    problem,
  );
}

function marketingPart(one) {
  const stop = async (event) => {
    const target = event.currentTarget;
    const wanted = target.getAttribute("aria-checked") !== "true";
    try {
      await post("/_sim/phone/people/marketing", { ...chat(), stop: wanted });
      target.setAttribute("aria-checked", String(wanted));
    } catch {
      toast(t("failed"));
    }
  };
  return el(
    "section",
    { class: "profile-part" },
    el(
      "button",
      { type: "button", role: "switch", class: "switch", "aria-checked": String(one.has_stopped), click: stop },
      el("span", {}, t("noMarketing"), el("small", {}, t("noMarketingHint"))),
      el("span", { class: "switch-track", "aria-hidden": "true" }),
    ),
  );
}

function open() {
  const one = person();
  if (!one) return;
  openSheet(
    t("profileOf", one.name),
    [
      field("profile", "name", t("profileName"), { value: one.name, maxlength: "100" }),
      field("profile", "username", t("personUsername"), { value: one.username ? `@${one.username}` : "", maxlength: "30", placeholder: "@luna.mar" }),
      el(
        "div",
        { class: "check" },
        el("input", { type: "checkbox", id: "profile-hide", name: "hide", checked: !one.phone, "aria-describedby": "profile-hide-hint" }),
        el("div", {}, el("label", { for: "profile-hide" }, t("hidePhone")), el("small", { id: "profile-hide-hint" }, t("hidePhoneHint"))),
      ),
      numberPart(one),
      marketingPart(one),
    ],
    saveProfile,
    t("saveProfile"),
  );
}

/** Make the button work. */
export function startProfile() {
  byId("profile-toggle").addEventListener("click", open);
}
