/** The language of the page. */

import { en } from "./words-en.js";
import { es } from "./words-es.js";

const languages = { es, en };
let current = localStorage.getItem("bandeja.phones.language") === "en" ? "en" : "es";

/** The language that is shown. */
export const language = () => current;

/** A text by its name; texts with a gap are functions. */
export function t(name, ...values) {
  const text = languages[current][name];
  return typeof text === "function" ? text(...values) : text;
}

/** Show the other language. */
export function switchLanguage() {
  current = current === "es" ? "en" : "es";
  localStorage.setItem("bandeja.phones.language", current);
  translate();
}

/** Fill the words into everything that is marked for them. */
export function translate(root = document) {
  document.documentElement.lang = current;
  document.title = `${t("title")} · bandeja`;
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
    if (element instanceof HTMLTextAreaElement) element.placeholder = t(element.dataset.tLabel);
    else if (element instanceof HTMLButtonElement) element.title = t(element.dataset.tLabel);
  }
}
