import { expect, test } from "vitest";

import { type KeyPress, meaning } from "./keys";

const press = (fields: Partial<KeyPress>): KeyPress => ({
  key: "Enter",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
  ...fields,
});

test.each([
  ["Enter sends", {}, "send"],
  ["Ctrl + Enter sends", { ctrlKey: true }, "send"],
  ["Cmd + Enter sends", { metaKey: true }, "send"],
  ["Shift + Enter makes a line", { shiftKey: true }, "newline"],
  ["Alt + Enter makes a line", { altKey: true }, "newline"],
  ["Enter that confirms a word of an input method does nothing", { isComposing: true }, "none"],
  ["the same as Safari reports it, after the composition", { keyCode: 229 }, "none"],
  ["Escape cancels", { key: "Escape", keyCode: 27 }, "cancel"],
  ["Escape that leaves an input method does not", { key: "Escape", isComposing: true }, "none"],
  ["a letter is a letter", { key: "a", keyCode: 65 }, "none"],
])("%s", (_case, fields, expected) => {
  expect(meaning(press(fields))).toBe(expected);
});
