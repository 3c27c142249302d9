import { expect, test } from "vitest";

import { initials, stableIndex } from "./initials";

test.each([
  ["Valentina Ríos", "VR"],
  ["María José de la Concepción", "MC"],
  ["óscar", "Ó"],
  ["🌸 Lu 🌸", "L"],
  ["محمد الأحمد", "ما"],
  ["+57 300 555 0101", ""],
  ["😀", ""],
  ["", ""],
  ["Jean-Luc", "JL"],
])("%j has the initials %j", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test("a seed keeps its number, and seeds are spread over all", () => {
  expect(stableIndex(42, 8)).toBe(stableIndex("42", 8));
  const used = new Set(Array.from({ length: 200 }, (_, seed) => stableIndex(seed, 8)));
  expect(used).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
});
