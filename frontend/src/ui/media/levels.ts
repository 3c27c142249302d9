/** As many levels as there are bars, each the loudest of its part, from 0 to 100; level where nobody measured. */
export function resample(levels: readonly number[], count: number): number[] {
  if (levels.length === 0) return Array.from({ length: count }, () => 0);
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / count));
    return Math.max(...levels.slice(from, to).map((level) => Math.min(100, Math.max(0, level))));
  });
}
