import { expect, test } from "vitest";

import { personName } from "./personName";

const phone = "+573205777888";

test.each([
  [{ name: "Lucía", phone, username: "lucia" }, "Lucía"],
  [{ name: "", phone, username: "lucia" }, "+57 320 577 7888"],
  [{ name: phone, phone, username: null }, "+57 320 577 7888"],
  [{ name: "", phone: null, username: "lucia" }, "@lucia"],
  [{ name: "", phone: null, username: null }, "Sin nombre"],
])("%j", (person, called) => {
  expect(personName(person, "Sin nombre")).toBe(called);
});
