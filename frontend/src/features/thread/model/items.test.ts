import { describe, expect, test } from "vitest";

import type { Message } from "@/api";
import { ANA, at, BETO, message } from "@/testing/builders";

import { inOrder, layOut, newsAfter, type ThreadItem, unreadMark } from "./items";

const OPTIONS = { timeZone: "America/Bogota", viewerId: ANA.id, unread: null, isComplete: true };
const ours = (fields: Partial<Message> = {}) => message({ direction: "outbound", ...fields });
const kinds = (items: ThreadItem[]) => items.map((item) => item.kind);
const firsts = (items: ThreadItem[]) =>
  items.flatMap((item) => ("isFirst" in item ? [item.isFirst ? "first" : "-"] : []));

describe("order", () => {
  test("goes by time, then by number, and shows each message once", () => {
    const late = message({ id: 7, occurred_at: at(-30) });
    const first = message({ id: 5, occurred_at: at(0) });
    const second = message({ id: 6, occurred_at: at(0) });

    expect(inOrder([second, first, late, second]).map(({ id }) => id)).toEqual([7, 5, 6]);
  });

  test("of two copies the newer one counts", () => {
    const [shown] = inOrder([ours({ id: 1, status: "sent" }), ours({ id: 1, status: "read" })]);

    expect(shown?.status).toBe("read");
  });

  test("does not take a second with a fraction for a later one", () => {
    const whole = message({ id: 2, occurred_at: "2026-11-20T17:00:00Z" });
    const fraction = message({ id: 1, occurred_at: "2026-11-20T17:00:00.500Z" });

    expect(inOrder([fraction, whole]).map(({ id }) => id)).toEqual([2, 1]);
  });
});

describe("groups", () => {
  test("join one sender's messages up to two minutes apart", () => {
    const items = layOut(
      [message({ occurred_at: at(0) }), message({ occurred_at: at(2) }), message({ occurred_at: at(4.1) })],
      [],
      OPTIONS,
    );

    expect(firsts(items)).toEqual(["first", "-", "first"]);
  });

  test("part when another side, colleague or program speaks", () => {
    const items = layOut(
      [
        message({ occurred_at: at(0) }),
        ours({ occurred_at: at(0.2) }),
        ours({ occurred_at: at(0.4), author: { kind: "member", ...BETO } }),
        ours({ occurred_at: at(0.6), author: { kind: "assistant", id: null, name: "" } }),
      ],
      [],
      OPTIONS,
    );

    expect(firsts(items)).toEqual(["first", "first", "first", "first"]);
  });

  test("part at midnight of the organisation's zone", () => {
    const items = layOut(
      [message({ occurred_at: "2026-11-20T04:59:30Z" }), message({ occurred_at: "2026-11-20T05:00:10Z" })],
      [],
      OPTIONS,
    );

    expect(kinds(items)).toEqual(["day", "message", "day", "message"]);
    expect(firsts(items)).toEqual(["first", "first"]);
  });

  test("an unsent one of one's own joins what one has just written", () => {
    const unsent = [{ clientId: "a", createdAt: at(1) }];
    const items = layOut([ours({ occurred_at: at(0) })], unsent, OPTIONS);

    expect(firsts(items)).toEqual(["first", "-"]);
  });
});

describe("what is not a message", () => {
  test("the first day has no line while older messages may come before it", () => {
    const messages = [message({ occurred_at: at(-24 * 60) }), message({ occurred_at: at(0) })];

    expect(kinds(layOut(messages, [], { ...OPTIONS, isComplete: false }))).toEqual([
      "message",
      "day",
      "message",
    ]);
    expect(kinds(layOut(messages, [], OPTIONS))).toEqual(["day", "message", "day", "message"]);
  });

  test("a notice of WhatsApp stands alone", () => {
    const items = layOut([message({ type: "system", text: "Cambió su número" })], [], OPTIONS);

    expect(kinds(items)).toEqual(["day", "system"]);
  });

  test("the unread line stands before the first unread one and opens a group", () => {
    const messages = [message({ occurred_at: at(0) }), message({ id: 77, occurred_at: at(1) })];
    const items = layOut(messages, [], { ...OPTIONS, unread: { messageId: 77, count: 1 } });

    expect(kinds(items)).toEqual(["day", "message", "unread", "message"]);
    expect(firsts(items)).toEqual(["first", "first"]);
  });
});

describe("unsent messages", () => {
  test("stand at the end and give way to the server's copy under the same key", () => {
    const unsent = [{ clientId: "a", createdAt: at(1) }];
    const before = layOut([message({ occurred_at: at(0) })], unsent, OPTIONS);
    const confirmed = [message({ occurred_at: at(0) }), ours({ client_id: "a", occurred_at: at(1) })];
    const after = layOut(confirmed, unsent, OPTIONS);

    expect(kinds(before)).toEqual(["day", "message", "unsent"]);
    expect(kinds(after)).toEqual(["day", "message", "message"]);
    expect(after.at(-1)?.key).toBe(before.at(-1)?.key);
  });

  test("a clock here that is a day behind opens no past day", () => {
    const unsent = [{ clientId: "a", createdAt: at(-24 * 60) }];

    expect(kinds(layOut([message({ occurred_at: at(0) })], unsent, OPTIONS))).toEqual([
      "day",
      "message",
      "unsent",
    ]);
  });
});

describe("unread and new ones", () => {
  const thread = [message({ id: 1 }), ours({ id: 2 }), message({ id: 3 }), message({ id: 4 })];

  test.each([
    [0, null],
    [1, { messageId: 4, count: 1 }],
    [2, { messageId: 3, count: 2 }],
    [3, { messageId: 1, count: 3 }],
    [4, null],
  ])("%i unread begin at %j", (count, expected) => {
    expect(unreadMark(thread, count)).toEqual(expected);
  });

  test("what WhatsApp tells of the customer is not counted", () => {
    const told = [...thread, message({ id: 5, type: "system" })];
    expect(unreadMark(told, 1)).toEqual({ messageId: 4, count: 1 });
    expect(newsAfter(told, 4)).toBe(0);
  });

  test.each([
    [4, 0],
    [3, 1],
    [1, 2],
    [null, 0],
    [99, 0],
  ])("after message %j there are %i new ones of the customer", (lastSeen, expected) => {
    expect(newsAfter(thread, lastSeen)).toBe(expected);
  });
});
