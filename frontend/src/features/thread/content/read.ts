/** Readers for what came as JSON: whatever is not as expected becomes nothing, and never breaks a screen. */

export type Json = Record<string, unknown>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The content of a message as data of strangers, whatever the schema promises. */
export const contentOf = ({ content }: { content: unknown }): Json => (isRecord(content) ? content : {});

export const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

export const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);

export function number(value: unknown): number | null {
  const found = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? found : null;
}

/** A plain decimal such as `120000.5`, as it was written; no float ever holds an amount. */
export function decimal(value: unknown): string | null {
  const found = typeof value === "number" ? String(value) : text(value);
  return /^-?\d{1,30}(\.\d{1,30})?$/.test(found) ? found : null;
}
