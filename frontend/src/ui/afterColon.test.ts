import { expect, test } from "vitest";

import { afterColon } from "./afterColon";

test.each([
  ["El token venció", "el token venció"],
  ["No se puede entregar a este número.", "no se puede entregar a este número."],
  ["A la app le falta un permiso.", "a la app le falta un permiso."],
  ["Ésta no", "ésta no"],
  ["Meta bloqueó la cuenta", "Meta bloqueó la cuenta"],
  ["WhatsApp no está disponible", "WhatsApp no está disponible"],
  ["PIN incorrecto", "PIN incorrecto"],
  ["24 horas pasaron", "24 horas pasaron"],
  ["", ""],
])("%j goes on as %j", (sentence, on) => {
  expect(afterColon(sentence)).toBe(on);
});
