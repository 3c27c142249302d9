/** Puts the page together. */

import { startActions } from "./actions.js";
import { startAttach } from "./attach.js";
import { startChat } from "./chat.js";
import { startComposer } from "./composer.js";
import { startControls } from "./controls.js";
import { startDialog } from "./dialog.js";
import { byId, toast } from "./dom.js";
import { clock } from "./format.js";
import { language, switchLanguage, t, translate } from "./i18n.js";
import { choose } from "./people.js";
import { startProfile } from "./profile.js";
import { changed, chooseNumber, listen, listenToSimulator, look, openChat, state } from "./state.js";
import { startVoice } from "./voice.js";

const trouble = () => toast(t("failed"));

function showLanguage() {
  const other = language() === "es" ? "en" : "es";
  const button = byId("language");
  button.textContent = other.toUpperCase();
  button.title = t("otherLanguage");
  button.setAttribute("aria-label", `${other.toUpperCase()}: ${t("otherLanguage")}`);
}

function showClock() {
  byId("clock").textContent = clock();
}

/** On a wide screen somebody's phone is always in view. */
function openSomebody() {
  const isWide = matchMedia("(min-width: 761px)").matches;
  if (isWide && !state.open && state.people.length && state.accounts.length) choose(state.people[0].user_id).catch(trouble);
}

translate();
showLanguage();
showClock();
setInterval(showClock, 10_000);
startChat();
startActions();
startComposer();
startAttach();
startVoice();
startControls();
startDialog();
startProfile();
listenToSimulator(trouble);

let isFirst = true;
listen((what) => {
  if (what === "people" && isFirst && state.accounts.length) {
    isFirst = false;
    openSomebody();
  }
});
byId("language").addEventListener("click", () => {
  switchLanguage();
  showLanguage();
  changed("language");
});
byId("business-select").addEventListener("change", (event) => chooseNumber(event.target.value).catch(trouble));
byId("back").addEventListener("click", () => {
  document.documentElement.dataset.view = "list";
  const left = state.open;
  openChat(null).catch(() => {});
  byId("people").querySelector(`[data-user="${CSS.escape(left ?? "")}"]`)?.focus();
});
document.addEventListener("visibilitychange", () => look().catch(() => {}));
