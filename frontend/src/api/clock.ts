// What the server's clock shows minus what ours does; null until an answer has told.
let offsetMs: number | null = null;

// The header has whole seconds: on average it is half a second behind.
const HALF_SECOND_MS = 500;

/** Learn from an answer how far the clock here is off. */
export function noteServerDate(headers: Headers): void {
  const date = Date.parse(headers.get("Date") ?? "");
  if (!Number.isNaN(date)) offsetMs = date + HALF_SECOND_MS - Date.now();
}

/** The server's present for a present of ours, and whether it is known or only ours. */
export function serverTime(hereMs: number): { now: number; isKnown: boolean } {
  return { now: hereMs + (offsetMs ?? 0), isKnown: offsetMs !== null };
}

/** Forget what was learned (tests). */
export function forgetServerDate(): void {
  offsetMs = null;
}
