import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type { Language } from "@/api";

import { en } from "./en";
import { es } from "./es";

export { useTranslation } from "react-i18next";
export type { Texts } from "./texts";
export { useErrorText } from "./useErrorText";

export const LANGUAGES: { code: Language; name: string }[] = [
  { code: "es", name: "Español" },
  { code: "en", name: "English" },
];

function toLanguage(code: string): Language {
  return code.startsWith("en") ? "en" : "es";
}

/** Start with the language the server gave the page; `/me` may change it a moment later. */
export function startTexts(language = toLanguage(document.documentElement.lang)) {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "es",
    resources: { es: { translation: es }, en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = language;
  return i18next;
}

export async function changeLanguage(language: Language) {
  if (i18next.language === language) return;
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
