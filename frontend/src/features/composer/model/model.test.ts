import { describe, expect, test } from "vitest";

import type { Me } from "@/api";
import { ANA, BETO, conversation, me } from "@/testing/builders";

import { draftsOf } from "./drafts";
import { giveBack, insertAt } from "./insert";
import { lettersLeft } from "./length";
import { writing } from "./mayWrite";
import { wasRefused } from "./refused";

describe("who may write", () => {
  const beto = me({
    membership: { ...BETO, role: "agent" },
    permissions: { assign_others: false, take_unassigned: true, see_all: false, manage_settings: false },
  });
  const outOfQueue: Me = { ...beto, permissions: { ...beto.permissions!, take_unassigned: false } };

  test.each([
    ["the one in charge", { assignee: BETO }, beto, { may: true, colleague: null }],
    ["an agent from the queue", {}, beto, { may: true, colleague: null }],
    ["an agent outside the queue", {}, outOfQueue, { may: false, reason: "unassigned" }],
    ["an agent in a colleague's chat", { assignee: ANA }, beto, { may: false, reason: "colleague" }],
    ["an owner in a colleague's chat", { assignee: BETO }, me(), { may: true, colleague: BETO.name }],
    ["anyone while the rights are on their way", {}, undefined, { may: true, colleague: null }],
  ] as const)("%s", (_case, fields, viewer, expected) => {
    expect(writing(conversation(fields), viewer)).toEqual(expected);
  });
});

describe("a refusal because of the window", () => {
  const entry = (createdAt: string, code = "window_closed") => ({ createdAt, error: { code } });

  test.each([
    ["locks the box", [entry("2026-11-20T12:00:00Z")], "2026-11-19T10:00:00Z", true],
    ["is lifted by a new message", [entry("2026-11-20T12:00:00Z")], "2026-11-20T13:00:00Z", false],
    ["counts where the customer never wrote", [entry("2026-11-20T12:00:00Z")], null, true],
    ["is another than any other refusal", [entry("2026-11-20T12:00:00Z", "invalid")], null, false],
    ["is not there", [{ createdAt: "2026-11-20T12:00:00Z", error: null }], null, false],
  ])("%s", (_case, entries, lastInboundAt, expected) => {
    expect(wasRefused(entries, lastInboundAt)).toBe(expected);
  });
});

describe("the counter", () => {
  test.each([
    ["", null],
    ["a".repeat(3799), null],
    ["a".repeat(3800), 296],
    ["a".repeat(4096), 0],
    ["a".repeat(4100), -4],
    ["😀".repeat(2000), null],
    ["😀".repeat(4097), -1],
    [`${"a".repeat(4096)}   `, 0],
  ])("counts letters as the server does", (text, expected) => {
    expect(lettersLeft(text)).toBe(expected);
  });
});

describe("putting in", () => {
  test("goes to the caret and replaces what is selected", () => {
    expect(insertAt("Hola Ana", "👋", 5, 8)).toEqual({ text: "Hola 👋", caret: 7 });
    expect(insertAt("Hola", " ", 4, 4)).toEqual({ text: "Hola ", caret: 5 });
  });

  test("what comes back stands before what was begun meanwhile", () => {
    expect(giveBack("no salió", "")).toBe("no salió");
    expect(giveBack("no salió", "y otra cosa")).toBe("no salió\ny otra cosa");
  });
});

describe("drafts", () => {
  test("belong to one person, one organisation and one conversation", () => {
    draftsOf("tienda", 1, 10).write("Buenos días");

    expect(draftsOf("tienda", 1, 10).read()).toBe("Buenos días");
    for (const other of [draftsOf("tienda", 2, 10), draftsOf("otra", 1, 10), draftsOf("tienda", 1, 11)])
      expect(other.read()).toBe("");
  });

  test("leave nothing behind when they are empty", () => {
    draftsOf("tienda", 1, 10).write("algo");
    draftsOf("tienda", 1, 10).write("  ");

    expect(window.localStorage).toHaveLength(0);
  });
});
