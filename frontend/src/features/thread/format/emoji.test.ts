import { expect, test } from "vitest";

import { largeEmojiCount } from "./emoji";

test.each([
  ["👍", 1],
  ["❤️", 1],
  ["👋🏽", 1],
  ["👨‍👩‍👧‍👦", 1],
  ["🇨🇴", 1],
  ["1️⃣", 1],
  ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1],
  ["😂😂", 2],
  [" 🎉 🎉 🎉 ", 3],
  ["🎉🎉🎉🎉", 0],
  ["Hola 👋", 0],
  ["", 0],
  ["123", 0],
  ["©", 0],
  ["#", 0],
  ["…", 0],
])("%j holds %i large emoji", (text, expected) => {
  expect(largeEmojiCount(text)).toBe(expected);
});
