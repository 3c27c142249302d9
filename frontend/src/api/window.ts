export type WindowState =
  | { kind: "open"; remainingMs: number; isClosing: boolean }
  | { kind: "closed" }
  | { kind: "never" };

const CLOSING_MS = 2 * 60 * 60 * 1000;
// How far an ordinary clock may be off, a forgotten change of the hour included.
const CLOCK_DOUBT_MS = 65 * 60 * 1000;

interface Present {
  /** Milliseconds. */
  now: number;
  /** Whether `now` is the server's; a clock of our own closes nothing until it is beyond doubt. */
  isKnown: boolean;
}

/**
 * The customer service window of a conversation, to show it; the server decides when something is sent.
 *
 * Args:
 *   closesAt: 24 hours after the customer last wrote; null if they never did.
 *
 * Source: WhatsApp Business Platform, "Customer service windows" (24 hours).
 */
export function windowState(closesAt: string | null, { now, isKnown }: Present): WindowState {
  if (closesAt === null) return { kind: "never" };
  const remainingMs = Date.parse(closesAt) - now;
  if (remainingMs <= (isKnown ? 0 : -CLOCK_DOUBT_MS)) return { kind: "closed" };
  return { kind: "open", remainingMs: Math.max(0, remainingMs), isClosing: remainingMs < CLOSING_MS };
}

/** The whole hours and minutes that are left. */
export function hoursAndMinutes(remainingMs: number): { hours: number; minutes: number } {
  const total = Math.floor(remainingMs / 60_000);
  return { hours: Math.floor(total / 60), minutes: total % 60 };
}
