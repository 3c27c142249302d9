import { afterEach, describe, expect, test, vi } from "vitest";

import { forgetServerDate, noteServerDate, serverTime } from "./clock";
import { hoursAndMinutes, windowState } from "./window";

const CLOSES = "2026-11-20T17:00:00Z";
const early = (minutes: number) => Date.parse(CLOSES) - minutes * 60_000;

describe("the window", () => {
  test.each([
    [24 * 60, { kind: "open", isClosing: false }],
    [121, { kind: "open", isClosing: false }],
    [119, { kind: "open", isClosing: true }],
    [0.5, { kind: "open", isClosing: true }],
    [0, { kind: "closed" }],
    [-1, { kind: "closed" }],
  ])("%d minutes before its end", (minutes, expected) => {
    expect(windowState(CLOSES, { now: early(minutes), isKnown: true })).toMatchObject(expected);
  });

  test("has never opened for someone who never wrote", () => {
    expect(windowState(null, { now: 0, isKnown: true })).toEqual({ kind: "never" });
  });

  test("is not closed by a clock of ours until it is beyond doubt", () => {
    expect(windowState(CLOSES, { now: early(-30), isKnown: false })).toMatchObject({
      kind: "open",
      remainingMs: 0,
    });
    expect(windowState(CLOSES, { now: early(-90), isKnown: false })).toEqual({ kind: "closed" });
  });

  test.each([
    [3 * 3_600_000 + 12 * 60_000, { hours: 3, minutes: 12 }],
    [59_999, { hours: 0, minutes: 0 }],
    [86_400_000, { hours: 24, minutes: 0 }],
  ])("%d ms are %j", (ms, expected) => {
    expect(hoursAndMinutes(ms)).toEqual(expected);
  });
});

describe("the server's clock", () => {
  afterEach(() => {
    forgetServerDate();
    vi.useRealTimers();
  });

  test("is ours until an answer has told", () => {
    expect(serverTime(1000)).toEqual({ now: 1000, isKnown: false });
    noteServerDate(new Headers());
    expect(serverTime(1000).isKnown).toBe(false);
  });

  test("corrects ours by the date of an answer", () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-20T12:00:00Z") });
    noteServerDate(new Headers({ Date: "Fri, 20 Nov 2026 13:00:00 GMT" }));

    expect(serverTime(0)).toEqual({ now: 3_600_500, isKnown: true });
  });
});
