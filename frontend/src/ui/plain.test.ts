import { expect, test } from "vitest";

import { plain } from "./plain";

test.each([
  ["Tienes *30 días* para cambiarlo", "Tienes 30 días para cambiarlo"],
  ["*Hola*, _buenas_ tardes", "Hola, buenas tardes"],
  ["~antes $90~ ahora $80", "antes $90 ahora $80"],
  ["3 * 4 * 5", "3 * 4 * 5"],
  ["mi_archivo_final.pdf", "mi_archivo_final.pdf"],
  ["una línea\n  y otra", "una línea y otra"],
  ["**", "**"],
  ["el código es ```A-41``` o `A-42`", "el código es A-41 o A-42"],
  ["```", "```"],
  ["``", "``"],
])("%j is shown as %j", (text, shown) => {
  expect(plain(text)).toBe(shown);
});
