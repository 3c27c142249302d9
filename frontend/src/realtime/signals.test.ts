import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { BETO } from "@/testing/builders";

import { Signals } from "./signals";

const send = vi.fn();
let signals: Signals;
const beto = (signal: "typing" | "viewing" | "left") =>
  signals.receive({ signal, conversation: 1, member: BETO });

beforeEach(() => {
  vi.useFakeTimers();
  send.mockReset();
  signals = new Signals(send);
});

afterEach(() => vi.useRealTimers());

test("a colleague is seen, writes, stops and goes", () => {
  beto("viewing");
  expect(signals.presence(1)).toEqual({ viewing: [BETO], typing: [] });
  beto("typing");
  expect(signals.presence(1)).toEqual({ viewing: [BETO], typing: [BETO] });
  vi.advanceTimersByTime(6_000);
  expect(signals.presence(1)).toEqual({ viewing: [BETO], typing: [] });
  beto("left");
  expect(signals.presence(1)).toEqual({ viewing: [], typing: [] });
  expect(signals.presence(2)).toEqual({ viewing: [], typing: [] });
});

test("one who is not heard of any more is forgotten, since «left» may be lost", () => {
  beto("viewing");
  vi.advanceTimersByTime(39_000);
  beto("viewing");
  vi.advanceTimersByTime(39_000);
  expect(signals.presence(1).viewing).toEqual([BETO]);
  vi.advanceTimersByTime(1_000);
  expect(signals.presence(1).viewing).toEqual([]);
});

test("whoever has sent a message has stopped writing", () => {
  beto("typing");
  signals.wrote(1, BETO.id);
  expect(signals.presence(1)).toEqual({ viewing: [BETO], typing: [] });
});

test("the same presence is the same object, and listeners hear of changes only", () => {
  const heard = vi.fn();
  signals.subscribe(heard);
  beto("viewing");
  const before = signals.presence(1);
  beto("viewing");
  expect(signals.presence(1)).toBe(before);
  expect(heard).toHaveBeenCalledTimes(1);
});

test("our typing is told at most each three seconds", () => {
  for (let stroke = 0; stroke < 10; stroke++) {
    signals.typing(1);
    vi.advanceTimersByTime(500);
  }
  expect(send.mock.calls.map(([frame]) => frame.signal)).toEqual(["typing", "typing"]);
});

test("our looking is told at once, again from time to time, after a break, and when it ends", () => {
  const leave = signals.viewing(1);
  vi.advanceTimersByTime(45_000);
  signals.announce();
  leave();
  vi.advanceTimersByTime(60_000);
  signals.announce();
  expect(send.mock.calls.map(([frame]) => frame.signal)).toEqual([
    "viewing",
    "viewing",
    "viewing",
    "viewing",
    "left",
  ]);
});
