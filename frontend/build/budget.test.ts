import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";

import { type Chunk, firstScreen } from "./budget";

const TEXTS = /i18n\/(es|en)\.ts$/;

// Random letters, which gzip makes no smaller than three quarters.
const chunk = (fileName: string, bytes: number, fields: Partial<Chunk> = {}): Chunk => ({
  type: "chunk",
  fileName,
  code: randomBytes(bytes).toString("base64"),
  ...fields,
});
const bundle = (...chunks: Chunk[]) => Object.fromEntries(chunks.map((one) => [one.fileName, one]));
const shared = chunk("shared.js", 4_000, { imports: ["main.js"] });
const main = chunk("main.js", 2_000, { isEntry: true, imports: ["shared.js"] });
const es = chunk("es.js", 800, { facadeModuleId: "/src/i18n/es.ts", imports: ["shared.js"] });
const en = chunk("en.js", 500, { facadeModuleId: "/src/i18n/en.ts" });

test("what the entry always imports counts, once, and what is loaded later does not", () => {
  const both = firstScreen(bundle(main, shared), TEXTS);
  expect(both).toBeGreaterThan(6_000);
  expect(both).toBeLessThan(6_400);
  const later = chunk("Lightbox.js", 9_000, { facadeModuleId: "/src/Lightbox.tsx", imports: ["main.js"] });
  const style = chunk("main.css", 9_000, { type: "asset" });
  expect(firstScreen(bundle(main, shared, later, style), TEXTS)).toBe(both);
});

test("of the languages the heavier one counts", () => {
  const without = firstScreen(bundle(main, shared), TEXTS);
  const withTexts = firstScreen(bundle(main, shared, en, es), TEXTS);
  expect(withTexts - without).toBeGreaterThan(800);
  expect(withTexts - without).toBeLessThan(900);
});
