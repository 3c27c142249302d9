import { createContext, useContext } from "react";

/** The organisation's time zone: everyone of it reads the same hour on the same message. */
const ZoneContext = createContext("UTC");
export const ZoneProvider = ZoneContext.Provider;
export const useZone = () => useContext(ZoneContext);

const formatters = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, locale: string, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  const id = `${locale}|${timeZone}|${JSON.stringify(options)}`;
  let formatter = formatters.get(id);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(intlLocale(locale), { timeZone, ...options });
    formatters.set(id, formatter);
  }
  return formatter.format(date);
}

/** Days before months and 24 hours in both languages. */
const intlLocale = (language: string) => (language.startsWith("en") ? "en-GB" : "es-CO");

/** The calendar day of an instant in a zone, as a count of days, so that days can be subtracted. */
export function dayNumber(iso: string | number | Date, timeZone: string): number {
  const day = format(new Date(iso), "en", timeZone, { year: "numeric", month: "2-digit", day: "2-digit" });
  const [d, m, y] = day.split("/").map(Number);
  return Date.UTC(y!, m! - 1, d!) / 86_400_000;
}

/** `14:05` */
export function clockTime(iso: string, language: string, timeZone: string): string {
  return format(new Date(iso), language, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** `14:05`, `ayer`, `lun`, `03/11/25`: the shortest that is clear in a list. */
export function listTime(
  iso: string,
  {
    language,
    timeZone,
    now,
    yesterday,
  }: { language: string; timeZone: string; now: number; yesterday: string },
): string {
  const age = dayNumber(now, timeZone) - dayNumber(iso, timeZone);
  if (age <= 0) return clockTime(iso, language, timeZone);
  if (age === 1) return yesterday;
  const date = new Date(iso);
  if (age < 7) return format(date, language, timeZone, { weekday: "short" }).replace(".", "");
  return format(date, language, timeZone, { day: "2-digit", month: "2-digit", year: "2-digit" });
}

/** `hoy`, `ayer`, `lunes`, `3 de noviembre de 2025`: a day that heads what follows. */
export function dayLabel(
  iso: string,
  options: { language: string; timeZone: string; now: number; today: string; yesterday: string },
): string {
  const { language, timeZone, now, today, yesterday } = options;
  const age = dayNumber(now, timeZone) - dayNumber(iso, timeZone);
  if (age <= 0) return today;
  if (age === 1) return yesterday;
  const date = new Date(iso);
  if (age < 7) return format(date, language, timeZone, { weekday: "long" });
  return format(date, language, timeZone, { day: "numeric", month: "long", year: "numeric" });
}

/** `03/11/2025, 14:05` */
export function fullTime(iso: string, language: string, timeZone: string): string {
  return format(new Date(iso), language, timeZone, {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}
