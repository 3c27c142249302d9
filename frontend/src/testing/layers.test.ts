import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SOURCE = resolve(import.meta.dirname, "..");
const GROUND = ["api", "realtime", "ui", "i18n"];

/** The part of the client that a file belongs to: a folder of the ground, a single feature, or the app. */
function partOf(file: string): string {
  const [first, second] = relative(SOURCE, file).split("/");
  return first === "features" ? `features/${second}` : first!;
}

function mayImport(from: string, to: string): boolean {
  if (from === to || from.startsWith("main") || from === "testing") return true;
  if (GROUND.includes(from)) return GROUND.includes(to);
  if (from.startsWith("features/")) return GROUND.includes(to);
  return from === "app" && to !== "testing";
}

function sources(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\.gen\.|\.d\.ts$/.test(file))
    .map((file) => join(SOURCE, file));
}

function imports(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...found]
    .map(([, name]) => name!)
    .flatMap((name) => {
      if (name.startsWith("@/")) return [join(SOURCE, name.slice(2))];
      return name.startsWith(".") ? [resolve(dirname(file), name)] : [];
    });
}

test("imports go one way: the ground, then features that do not know each other, then app", () => {
  const wrong = sources().flatMap((file) =>
    imports(file)
      .filter((target) => !mayImport(partOf(file), partOf(target)))
      .map((target) => `${relative(SOURCE, file)} imports ${relative(SOURCE, target)}`),
  );
  expect(wrong).toEqual([]);
});

test("no source file is longer than 400 lines", () => {
  const long = sources().filter((file) => readFileSync(file, "utf8").split("\n").length > 400);
  expect(long).toEqual([]);
});
