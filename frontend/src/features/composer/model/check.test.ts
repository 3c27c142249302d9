import { describe, expect, test } from "vitest";

import { LIMITS } from "@/testing/mock/fileHandlers";

import { change, only, recall, withAdded, withCaption, without } from "../tray/trayStore";
import { loudness } from "../voice/recorder";
import { check } from "./check";
import { lettersLeft } from "./length";

const MB = 1_048_576;
const file = (name: string, type: string, size = 1_000) => ({ name, type, size });

describe("a file before it leaves", () => {
  test.each([
    ["foto.jpg", "image/jpeg", null, "image"],
    ["foto.jpg", "image/jpg", "image", "image"],
    ["foto.png", "image/png", "document", "image"],
    ["clip.mp4", "video/mp4", null, "video"],
    ["nota.ogg", "audio/ogg; codecs=opus", null, "audio"],
    ["factura.pdf", "application/pdf", "document", "document"],
    ["factura.pdf", "", null, "document"],
    ["canción.m4a", "audio/x-m4a", "audio", "audio"],
    ["foto.JPEG", "", "image", "image"],
    ["gato.webp", "image/webp", null, "image"],
    ["gato.webp", "image/webp", "sticker", "sticker"],
    ["gato.png", "image/png", "sticker", "image"],
  ] as const)("%s (%s), wished as %s, goes as %s", (name, type, wish, kind) => {
    expect(check(file(name, type), wish, LIMITS)).toMatchObject({ ok: true, kind });
  });

  test.each([
    ["animación.gif", "image/gif"],
    ["todo.rar", "application/vnd.rar"],
    ["logo.svg", "image/svg+xml"],
    ["página.html", "text/html"],
    ["película.mov", "video/quicktime"],
    ["carpeta", ""],
    ["raro.constructor", ""],
  ])("%s is not taken", (name, type) => {
    expect(check(file(name, type), null, LIMITS)).toEqual({ ok: false, problem: "type" });
  });

  test("that is too large says how much is taken", () => {
    expect(check(file("a.png", "image/png", 5 * MB), null, LIMITS).ok).toBe(true);
    expect(check(file("a.png", "image/png", 5 * MB + 1), null, LIMITS)).toEqual({
      ok: false,
      problem: "size",
      kind: "image",
      mostBytes: 5 * MB,
    });
  });

  test("a sticker may be as large as an animated one: which it is, only the server sees", () => {
    expect(check(file("a.webp", "image/webp", 500 * 1_024), "sticker", LIMITS).ok).toBe(true);
    expect(check(file("a.webp", "image/webp", 500 * 1_024 + 1), "sticker", LIMITS)).toMatchObject({
      problem: "size",
      kind: "sticker",
    });
  });

  test("that is empty says so first", () => {
    expect(check(file("a.gif", "image/gif", 0), null, LIMITS)).toEqual({ ok: false, problem: "empty" });
  });
});

describe("the tray", () => {
  const item = (uploadId: string) => ({ uploadId, kind: "image" as const, caption: "" });
  const three = withAdded(recall("nobody"), [item("a"), item("b"), item("c")]);

  test("chooses the first, and a neighbour of one that is taken away", () => {
    expect(three.selectedId).toBe("a");
    expect(without(three, "a").selectedId).toBe("b");
    expect(without({ ...three, selectedId: "c" }, "c").selectedId).toBe("b");
    expect(without(three, "b").selectedId).toBe("a");
    expect(["a", "b", "c"].reduce(without, three)).toEqual({ items: [], selectedId: null });
  });

  test("keeps the words of each", () => {
    const { items } = withCaption(three, "b", "esta");
    expect(items.map(({ caption }) => caption)).toEqual(["", "esta", ""]);
  });

  test("waits while one looks at another chat, and leaves nothing behind", () => {
    change("tienda/1", () => three);
    expect(recall("tienda/1")).toBe(three);
    expect(recall("tienda/2").items).toEqual([]);
    change("tienda/1", (state) => only(state, () => false));
    expect(recall("tienda/1").items).toEqual([]);
  });
});

test("a caption is shorter than a message", () => {
  expect(lettersLeft("a".repeat(700), 1024)).toBeNull();
  expect(lettersLeft("a".repeat(1000), 1024)).toBe(24);
  expect(lettersLeft("a".repeat(1030), 1024)).toBe(-6);
});

test("silence is nothing, a shout is all", () => {
  expect(loudness(new Float32Array(64))).toBe(0);
  expect(loudness(new Float32Array(64).fill(1))).toBe(100);
  expect(loudness(new Float32Array(64).fill(0.03))).toBeGreaterThan(20);
});
