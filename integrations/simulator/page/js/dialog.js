/** Adding a person. */

import { post, Refused } from "./api.js";
import { byId, el, toast } from "./dom.js";
import { t } from "./i18n.js";
import { choose } from "./people.js";
import { load } from "./state.js";

function field(name, label, hint, attributes = {}) {
  const hintId = `person-${name}-hint`;
  return el(
    "div",
    { class: "field" },
    el("label", { for: `person-${name}` }, label),
    el("input", { id: `person-${name}`, name, autocomplete: "off", "aria-describedby": hint ? hintId : undefined, ...attributes }),
    hint ? el("small", { id: hintId }, hint) : null,
  );
}

function mistake(values) {
  const digits = values.phone.replace(/\D/g, "");
  if (!values.name || (!digits && !values.username)) return t("personNeeds");
  if (digits && (digits.length < 7 || digits.length > 15)) return t("personBadPhone");
  return "";
}

async function create(form, problem) {
  const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  problem.textContent = mistake(values);
  problem.hidden = !problem.textContent;
  if (problem.textContent) return;
  try {
    const { person } = await post("/_sim/phone/people", values);
    byId("person-dialog").close();
    await load();
    await choose(person.user_id);
  } catch (error) {
    if (!(error instanceof Refused)) return toast(t("failed"));
    problem.textContent = t("personTaken");
    problem.hidden = false;
  }
}

function open() {
  const dialog = byId("person-dialog");
  const problem = el("p", { class: "field-error", role: "alert", hidden: true });
  const form = el(
    "form",
    { novalidate: true, autocomplete: "off" },
    el("h2", { id: "person-title" }, t("personTitle")),
    field("name", t("personName"), null, { maxlength: "100", dir: "auto" }),
    field("phone", t("personPhone"), t("personPhoneHint"), { type: "tel", maxlength: "24", placeholder: "+57 300 555 0199" }),
    field("username", t("personUsername"), t("personUsernameHint"), { maxlength: "30", placeholder: "@luna.mar" }),
    problem,
    el(
      "div",
      { class: "dialog-actions" },
      el("button", { type: "button", class: "button quiet", click: () => dialog.close() }, t("cancel")),
      el("button", { type: "submit", class: "button" }, t("create")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    create(form, problem);
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  byId("person-name").focus();
}

/** Make the button work. */
export function startDialog() {
  byId("new-person").addEventListener("click", open);
}
