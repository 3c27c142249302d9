import { useEffect } from "react";

// What was taken once is not taken again by a box that is mounted anew.
const taken = new WeakSet<object>();

/** Take something that is handed over as a new object each time, once. */
export function useOnce<T extends object>(given: T | null, take: (given: T) => void): void {
  useEffect(() => {
    if (given === null || taken.has(given)) return;
    taken.add(given);
    take(given);
  });
}
