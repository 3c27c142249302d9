const DAY_MS = 86_400_000;

interface Words {
  language: string;
  /** The present day, as a count of days. */
  today: number;
  todayWord: string;
  yesterdayWord: string;
}

/** `Hoy`, `Ayer`, `martes 3 de noviembre`, and the year when it is another one. */
export function dayHeading(day: number, { language, today, todayWord, yesterdayWord }: Words): string {
  if (day === today) return todayWord;
  if (day === today - 1) return yesterdayWord;
  const locale = language.startsWith("en") ? "en-GB" : "es-CO";
  const date = new Date(day * DAY_MS);
  const isThisYear = date.getUTCFullYear() === new Date(today * DAY_MS).getUTCFullYear();
  const say = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(date);
  const weekday = say({ weekday: "long" });
  const rest = say({ day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
  return `${weekday} ${rest}`;
}
