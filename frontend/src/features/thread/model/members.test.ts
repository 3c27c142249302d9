import { expect, test } from "vitest";

import { member } from "@/testing/builders";

import { matching } from "./members";

const TEAM = [
  member({ id: 1, name: "Zoé Díaz" }),
  member({ id: 2, name: "Ángel Ruiz" }),
  member({ id: 3, name: "Beto Quiroga" }),
  member({ id: 4, name: "Sara Ida", status: "suspended" }),
];

test("oneself comes first, then the others by name; who is suspended is left out", () => {
  expect(matching(TEAM, "", 3).map(({ id }) => id)).toEqual([3, 2, 1]);
});

test.each([
  ["angel", [2]],
  ["DIAZ", [1]],
  [" ruiz ", [2]],
  ["nadie", []],
])("%j finds %j", (search, expected) => {
  expect(matching(TEAM, search, null).map(({ id }) => id)).toEqual(expected);
});
