import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const schema = resolve(root, "../docs/openapi.yaml");

/** Without comments: how a description is worded changes no type. */
const bare = (source: string) =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .trim();

test.runIf(existsSync(schema))("the types are those of the API's schema (else: npm run types)", async () => {
  const fresh = astToString(await openapiTS(new URL(`file://${schema}`)));
  const held = readFileSync(resolve(root, "src/api/schema.gen.ts"), "utf8");
  expect(bare(held)).toBe(bare(fresh));
});
