import { describe, expect, test } from "vitest";

import { withOurs } from "@/realtime";
import { ANA, message } from "@/testing/builders";

import { placeBeside } from "./placeBeside";
import { isReactable } from "./reactable";

const now = Date.parse("2026-11-22T12:00:00Z");
const day = (count: number) => new Date(now - count * 86_400_000).toISOString();

test.each([
  ["of the customer", message({ occurred_at: day(1) }), true],
  ["of ours that arrived", message({ direction: "outbound", status: "sent", occurred_at: day(1) }), true],
  [
    "of ours that is on its way",
    message({ direction: "outbound", status: "queued", occurred_at: day(1) }),
    false,
  ],
  ["older than thirty days", message({ occurred_at: day(31) }), false],
  ["that was deleted", message({ occurred_at: day(1), deleted_at: day(0) }), false],
  ["of WhatsApp itself", message({ type: "system", occurred_at: day(1) }), false],
])("a message %s: %s", (_name, one, expected) => {
  expect(isReactable(one, now)).toBe(expected);
});

test("ours replaces ours, and theirs stays", () => {
  const theirs = { side: "contact", emoji: "❤️", member: null } as const;
  const ours = { side: "us", emoji: "👍", member: ANA } as const;
  expect(withOurs([theirs, ours], "😂", ANA)).toEqual([theirs, { ...ours, emoji: "😂" }]);
  expect(withOurs([theirs, ours], "", ANA)).toEqual([theirs]);
});

describe("a menu", () => {
  const size = { width: 300, height: 60 };
  const anchor = (left: number, top: number) => ({ left, top, bottom: top + 40, width: 100 });

  test("stands above what it is about, in its middle", () => {
    expect(placeBeside(anchor(500, 300), size, 1440, 900)).toEqual({ left: 400, top: 234 });
  });

  test("goes below where there is no room above", () => {
    expect(placeBeside(anchor(500, 20), size, 1440, 900).top).toBe(66);
  });

  test("never leaves the screen", () => {
    expect(placeBeside(anchor(0, 300), size, 360, 740).left).toBe(8);
    expect(placeBeside(anchor(340, 300), size, 360, 740).left).toBe(52);
    expect(placeBeside(anchor(0, 0), { width: 300, height: 800 }, 360, 740).top).toBe(8);
  });
});
