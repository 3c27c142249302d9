import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { type Language, NetworkError } from "@/api";

import type { Texts } from "./texts";

export { useTranslation } from "react-i18next";
export type { Texts } from "./texts";
export { useErrorText } from "./useErrorText";

export const LANGUAGES: { code: Language; name: string }[] = [
  { code: "es", name: "Español" },
  { code: "en", name: "English" },
];

// Each is a file of its own: nobody loads words that they do not read.
const LOAD: Record<Language, () => Promise<Texts>> = {
  es: async () => (await import("./es")).es,
  en: async () => (await import("./en")).en,
};
const NAMESPACE = "translation";
let wanted: Language | undefined;

function toLanguage(code: string): Language {
  return code.startsWith("en") ? "en" : "es";
}

/**
 * Start with the language the server gave the page; `/me` may change it a moment later.
 *
 * Until it has come there is nothing to say. The page has the file fetched together with our own.
 * If it cannot be loaded the other one will do; fails when neither can.
 */
export async function startTexts(language = toLanguage(document.documentElement.lang)): Promise<void> {
  const other = language === "es" ? "en" : "es";
  const [spoken, texts] = await start(language).catch(() => start(other));
  await i18next.use(initReactI18next).init({
    lng: spoken,
    // Both languages have every text: the types see to it.
    fallbackLng: false,
    resources: { [spoken]: { [NAMESPACE]: texts } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = spoken;
}

async function start(language: Language): Promise<[Language, Texts]> {
  return [language, await LOAD[language]()];
}

/**
 * Load the texts of a language, then speak it; until then the page goes on in the one that it has.
 *
 * Tells whether it is spoken now: not if another was asked for meanwhile.
 * Fails with a `NetworkError` when the texts cannot be loaded and are still wanted.
 */
export async function changeLanguage(language: Language): Promise<boolean> {
  wanted = language;
  if (!i18next.hasResourceBundle(language, NAMESPACE)) {
    try {
      i18next.addResourceBundle(language, NAMESPACE, await LOAD[language]());
    } catch (cause) {
      if (wanted !== language) return false;
      throw new NetworkError("The texts did not come.", { cause });
    }
  }
  if (wanted !== language) return false;
  if (i18next.language === language) return true;
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  return true;
}
