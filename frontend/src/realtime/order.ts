/** Compare two ISO instants; the server writes up to six decimals and leaves out what is zero. */
export function compareTimes(a: string, b: string): number {
  if (a === b) return 0;
  const difference = Date.parse(a) - Date.parse(b);
  return difference !== 0 ? difference : microseconds(a) - microseconds(b);
}

function microseconds(iso: string): number {
  const decimals = /\.(\d+)/.exec(iso)?.[1] ?? "";
  return Number(decimals.padEnd(6, "0").slice(0, 6));
}

export function compareByTimeAndId<T extends { id: number }>(time: (item: T) => string) {
  return (a: T, b: T) => compareTimes(time(a), time(b)) || a.id - b.id;
}
