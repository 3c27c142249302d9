// As WhatsApp tells its limits.
const KB = 1_024;
const MB = KB * KB;

/** `0:12`, `1:02:40`; the whole seconds that have passed. */
export function clock(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1_000));
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** How long something lasts: never `0:00`, as half a second is something too. */
export function duration(milliseconds: number): string {
  return clock(Math.max(1_000, Math.round(milliseconds / 1_000) * 1_000));
}

export interface Size {
  unit: "b" | "kb" | "mb";
  /** With the locale's separators. */
  size: string;
}

/** A file's size, as short as is still telling: `820 B`, `12 KB`, `1,2 MB`. */
export function byteSize(bytes: number, language: string): Size {
  const say = (value: number, digits: number) =>
    new Intl.NumberFormat(language.startsWith("en") ? "en-GB" : "es-CO", {
      maximumFractionDigits: digits,
    }).format(value);
  if (bytes < KB) return { unit: "b", size: say(bytes, 0) };
  // A thousand and some would be said otherwise.
  if (bytes < MB - KB / 2) return { unit: "kb", size: say(bytes / KB, 0) };
  return { unit: "mb", size: say(bytes / MB, bytes < 10 * MB ? 1 : 0) };
}
