/** A small choice that this browser remembers, and does without where storage is forbidden. */
export function remembered(name: string) {
  const key = `bandeja.${name}`;
  return {
    get(): string | null {
      try {
        return window.localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(value: string): void {
      try {
        window.localStorage.setItem(key, value);
      } catch {
        // Then it holds until the page is left.
      }
    },
  };
}
