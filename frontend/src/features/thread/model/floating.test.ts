import { expect, test } from "vitest";

import { FLOATING_HEIGHT, floatingDay, type Row } from "./floating";

const line = (day: number, start: number): Row => ({
  item: { kind: "day", key: `day:${day}`, day },
  start,
  end: start + 40,
});
const text = (day: number, start: number): Row => ({
  item: { kind: "unread", key: `${start}`, day, count: 1 },
  start,
  end: start + 60,
});
const ROWS = [line(1, 0), text(1, 40), text(1, 100), line(2, 160), text(2, 200)];

test("nothing floats while the day's own line is in sight", () => {
  expect(floatingDay(ROWS, 0)).toBeNull();
});

test("the day floats once its line has gone over the edge", () => {
  expect(floatingDay(ROWS, 60)).toEqual({ day: 1, pushedBy: 0 });
});

test("the next day's line pushes it away", () => {
  expect(floatingDay(ROWS, 150)).toEqual({ day: 1, pushedBy: FLOATING_HEIGHT - 10 });
});

test("a first day without a line of its own floats at once", () => {
  expect(floatingDay(ROWS.slice(1), 0)).toEqual({ day: 1, pushedBy: 0 });
});

test("an empty list has no day", () => {
  expect(floatingDay([], 0)).toBeNull();
});
