import { expect, test } from "vitest";

import { dayHeading } from "./days";

const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const es = { language: "es", today: day("2026-11-22"), todayWord: "Hoy", yesterdayWord: "Ayer" };
const en = { ...es, language: "en", todayWord: "Today", yesterdayWord: "Yesterday" };

test.each([
  ["2026-11-22", "Hoy", "Today"],
  ["2026-11-21", "Ayer", "Yesterday"],
  ["2026-11-20", "viernes 20 de noviembre", "Friday 20 November"],
  ["2026-11-03", "martes 3 de noviembre", "Tuesday 3 November"],
  ["2025-12-31", "miércoles 31 de diciembre de 2025", "Wednesday 31 December 2025"],
])("%s is headed %j or %j", (date, spanish, english) => {
  expect(dayHeading(day(date), es)).toBe(spanish);
  expect(dayHeading(day(date), en)).toBe(english);
});
