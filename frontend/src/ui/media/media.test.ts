import { describe, expect, test } from "vitest";

import { fileFamily, fileTag } from "./fileType";
import { byteSize, clock, duration } from "./format";
import { resample } from "./levels";

describe("time", () => {
  test.each([
    [0, "0:00"],
    [12_400, "0:12"],
    [71_000, "1:11"],
    [3_760_000, "1:02:40"],
    [-5, "0:00"],
  ])("%i ms on the clock are %s", (milliseconds, expected) => {
    expect(clock(milliseconds)).toBe(expected);
  });

  test.each([
    [300, "0:01"],
    [12_600, "0:13"],
  ])("something of %i ms lasts %s", (milliseconds, expected) => {
    expect(duration(milliseconds)).toBe(expected);
  });
});

describe("size", () => {
  test.each([
    [820, "es", "b", "820"],
    [12_300, "es", "kb", "12"],
    [1_240_000, "es", "mb", "1,2"],
    [1_240_000, "en", "mb", "1.2"],
    [5 * 1_048_576, "es", "mb", "5"],
    [104_857_600, "es", "mb", "100"],
    [1_048_300, "es", "mb", "1"],
  ] as const)("%i bytes in %s are %s %s", (bytes, language, unit, size) => {
    expect(byteSize(bytes, language)).toEqual({ unit, size });
  });
});

describe("documents", () => {
  test.each([
    ["application/pdf", "factura", "pdf", "PDF"],
    ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx", "sheet", "XLSX"],
    ["application/octet-stream", "carta.docx", "text", "DOCX"],
    ["application/zip", "todo.zip", "archive", "ZIP"],
    ["", "sin nombre de verdad", "file", ""],
    ["text/plain", "../../etc/passwd", "text", ""],
  ])("%s, %s", (type, name, family, tag) => {
    expect(fileFamily(type, name)).toBe(family);
    expect(fileTag(type, name)).toBe(tag);
  });
});

describe("levels", () => {
  test("keep their peaks when there are fewer bars, and spread when there are more", () => {
    expect(resample([0, 90, 10, 20], 2)).toEqual([90, 20]);
    expect(resample([10, 20], 4)).toEqual([10, 10, 20, 20]);
  });

  test("that nobody measured are flat, and wild ones are cut", () => {
    expect(resample([], 3)).toEqual([0, 0, 0]);
    expect(resample([-5, 400], 2)).toEqual([0, 100]);
  });
});
