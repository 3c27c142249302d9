interface Options {
  base?: number;
  ceiling?: number;
  random?: () => number;
}

/** Milliseconds before the given attempt (0 is the first repeat): doubling, and spread so that many
 * browsers that lost the same server do not come back in the same instant. */
export function backoff(attempt: number, options: Options = {}): number {
  const { base = 1_000, ceiling = 30_000, random = Math.random } = options;
  const whole = Math.min(ceiling, base * 2 ** Math.min(attempt, 16));
  return Math.round(whole / 2 + (random() * whole) / 2);
}
