import { expect, test } from "vitest";

import { dayLabel, fullTime, listTime } from "./time";

const ZONE = "America/Bogota";
// A Tuesday, 03:30 in Bogotá and already 08:30 in UTC.
const NOW = Date.parse("2026-11-24T08:30:00Z");
const es = { language: "es", timeZone: ZONE, now: NOW, yesterday: "ayer", today: "Hoy" };
const en = { ...es, language: "en", yesterday: "yesterday", today: "Today" };

test.each([
  ["2026-11-24T08:05:00Z", "03:05", "03:05"],
  ["2026-11-24T05:00:00Z", "00:00", "00:00"],
  ["2026-11-24T04:59:59Z", "ayer", "yesterday"],
  ["2026-11-22T15:00:00Z", "dom", "Sun"],
  ["2026-11-18T15:00:00Z", "mié", "Wed"],
  ["2026-11-17T15:00:00Z", "17/11/26", "17/11/26"],
  ["2025-11-03T15:00:00Z", "03/11/25", "03/11/25"],
  // The server's clock may be a little ahead of ours.
  ["2026-11-24T08:31:00Z", "03:31", "03:31"],
])("%s is %s in the list", (iso, spanish, english) => {
  expect(listTime(iso, es)).toBe(spanish);
  expect(listTime(iso, en)).toBe(english);
});

test("the day is the organisation's, wherever one sits", () => {
  const iso = "2026-11-24T04:30:00Z";
  expect(listTime(iso, es)).toBe("ayer");
  expect(listTime(iso, { ...es, timeZone: "Europe/Madrid" })).toBe("05:30");
});

test.each([
  ["2026-11-24T08:05:00Z", "Hoy"],
  ["2026-11-23T15:00:00Z", "ayer"],
  ["2026-11-20T15:00:00Z", "viernes"],
  ["2025-11-03T15:00:00Z", "3 de noviembre de 2025"],
])("%s is headed %s", (iso, heading) => {
  expect(dayLabel(iso, es)).toBe(heading);
});

test("the whole time has day, month, year and 24 hours", () => {
  expect(fullTime("2026-11-24T20:05:00Z", "es", ZONE)).toMatch(/^24\/11\/2026, 15:05$/);
});
