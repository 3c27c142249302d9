interface Entry {
  createdAt: string;
  error: { code: string } | null;
}

/**
 * Whether the server has refused a message of the present window because it is closed.
 *
 * Then the box is locked whatever the clock here says, until the customer writes again.
 */
export function wasRefused(entries: readonly Entry[], lastInboundAt: string | null): boolean {
  const since = lastInboundAt === null ? 0 : Date.parse(lastInboundAt);
  return entries.some(
    ({ error, createdAt }) => error?.code === "window_closed" && Date.parse(createdAt) > since,
  );
}
