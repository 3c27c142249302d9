import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ApiError, NetworkError } from "@/api";

import { Outbox } from "./outbox";
import { OutboxStore } from "./outboxStore";
import type { OutboxEntry } from "./types";

type Deliver = (entry: OutboxEntry) => Promise<unknown>;

/** Locks as browsers have them, shared by the tabs of a test. */
class Locks {
  private tails = new Map<string, Promise<unknown>>();
  request = (name: string, _options: unknown, work: () => Promise<unknown>) => {
    const done = (this.tails.get(name) ?? Promise.resolve()).then(work);
    this.tails.set(
      name,
      done.catch(() => {}),
    );
    return done;
  };
}

let deliver: ReturnType<typeof vi.fn<Deliver>>;
let open: Outbox[];
let locks: LockManager;

beforeEach(() => {
  vi.useFakeTimers();
  window.localStorage.clear();
  deliver = vi.fn<Deliver>(async () => undefined);
  open = [];
  locks = new Locks() as unknown as LockManager;
});

afterEach(() => {
  for (const outbox of open) outbox.stop();
  vi.useRealTimers();
});

function tab(options: { start?: boolean; locks?: LockManager | null; userId?: number } = {}) {
  const outbox = new Outbox({
    store: new OutboxStore("tienda", options.userId ?? 7),
    deliver: (entry) => deliver(entry),
    locks: options.locks === undefined ? locks : options.locks,
    random: () => 1,
  });
  open.push(outbox);
  if (options.start !== false) outbox.start();
  return outbox;
}

/** Browsers tell the other tabs of a change; jsdom does not. */
const tellTabs = () => window.dispatchEvent(new StorageEvent("storage", { key: null }));
const settle = () => vi.advanceTimersByTimeAsync(0);
const texts = () => deliver.mock.calls.map(([entry]) => entry.text);
const states = (outbox: Outbox, id = 1) => outbox.entries(id).map(({ text, state }) => [text, state]);

describe("sending", () => {
  test("shows the message at once and lets it go when the server has it", async () => {
    const outbox = tab();
    outbox.send({ conversationId: 1, text: "hola" });
    expect(states(outbox)).toEqual([["hola", "waiting"]]);
    await settle();
    expect(outbox.entries(1)).toEqual([]);
    expect(window.localStorage).toHaveLength(0);
  });

  test("keeps the order of writing, one at a time, in each conversation", async () => {
    const answers: (() => void)[] = [];
    deliver.mockImplementation(() => new Promise<void>((resolve) => answers.push(resolve)));
    const outbox = tab();
    for (const text of ["a", "b", "c"]) outbox.send({ conversationId: 1, text });
    outbox.send({ conversationId: 2, text: "otra" });
    await settle();
    expect(texts()).toEqual(["a", "otra"]);
    answers[0]!();
    await settle();
    expect(texts()).toEqual(["a", "otra", "b"]);
    answers[2]!();
    await settle();
    expect(texts()).toEqual(["a", "otra", "b", "c"]);
  });

  test("gives the same array while nothing changes", () => {
    const outbox = tab({ start: false });
    expect(outbox.entries(1)).toBe(outbox.entries(1));
    outbox.send({ conversationId: 1, text: "hola" });
    const before = outbox.entries(1);
    outbox.send({ conversationId: 2, text: "otra" });
    expect(outbox.entries(1)).toBe(before);
  });
});

describe("trouble", () => {
  test.each([
    ["no network", new NetworkError("gone")],
    ["a server error", new ApiError(503, "unavailable", "")],
  ])("%s: it tries again with the same key", async (_name, error) => {
    deliver.mockRejectedValueOnce(error).mockRejectedValueOnce(error);
    const outbox = tab();
    const { clientId } = outbox.send({ conversationId: 1, text: "hola" });
    await settle();
    expect(states(outbox)).toEqual([["hola", "retrying"]]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(deliver).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(deliver.mock.calls.map(([entry]) => entry.clientId)).toEqual([clientId, clientId, clientId]);
    expect(outbox.entries(1)).toEqual([]);
  });

  test("it waits as long as the server asks", async () => {
    deliver.mockRejectedValueOnce(new ApiError(429, "too_many_requests", "", {}, 20));
    tab().send({ conversationId: 1, text: "hola" });
    await vi.advanceTimersByTimeAsync(19_999);
    expect(deliver).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(deliver).toHaveBeenCalledTimes(2);
  });

  test("a network that is back ends the wait", async () => {
    deliver.mockRejectedValueOnce(new NetworkError("gone"));
    tab().send({ conversationId: 1, text: "hola" });
    await settle();
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(deliver).toHaveBeenCalledTimes(2);
  });

  test("a refusal keeps the text with the reason, and those behind it go on", async () => {
    deliver.mockRejectedValueOnce(new ApiError(409, "window_closed", "Closed"));
    const outbox = tab();
    outbox.send({ conversationId: 1, text: "tarde" });
    outbox.send({ conversationId: 1, text: "otra" });
    await settle();
    expect(outbox.entries(1)).toMatchObject([
      { text: "tarde", state: "failed", error: { code: "window_closed" } },
    ]);
    expect(texts()).toEqual(["tarde", "otra"]);
  });

  test("a refused one can be tried again or taken back", async () => {
    deliver.mockRejectedValueOnce(new ApiError(403, "csrf_failed", ""));
    const outbox = tab();
    const { clientId } = outbox.send({ conversationId: 1, text: "hola" });
    await settle();
    deliver.mockRejectedValueOnce(new ApiError(403, "csrf_failed", ""));
    outbox.retry(clientId);
    await settle();
    expect(deliver).toHaveBeenCalledTimes(2);
    expect(outbox.discard(clientId)).toMatchObject({ text: "hola" });
    expect(outbox.entries(1)).toEqual([]);
    expect(outbox.discard(clientId)).toBeNull();
  });

  test("with the session gone it waits for the next one", async () => {
    deliver.mockRejectedValueOnce(new ApiError(401, "not_authenticated", ""));
    const outbox = tab();
    outbox.send({ conversationId: 1, text: "hola" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(deliver).toHaveBeenCalledTimes(1);
    expect(states(outbox)).toEqual([["hola", "waiting"]]);
    tab();
    await settle();
    expect(deliver).toHaveBeenCalledTimes(2);
  });
});

describe("the server's word may come by another way", () => {
  test("an event before the answer settles it", async () => {
    const outbox = tab();
    deliver.mockImplementationOnce(async () => {
      outbox.confirm(outbox.entries(1)[0]!.clientId);
      throw new NetworkError("the answer was lost");
    });
    outbox.send({ conversationId: 1, text: "hola" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(deliver).toHaveBeenCalledTimes(1);
    expect(outbox.entries(1)).toEqual([]);
  });

  test("an event while it waits to try again settles it, and the next one goes at once", async () => {
    deliver.mockRejectedValueOnce(new NetworkError("the answer was lost"));
    const outbox = tab();
    const { clientId } = outbox.send({ conversationId: 1, text: "a" });
    outbox.send({ conversationId: 1, text: "b" });
    await settle();
    outbox.confirm(clientId);
    await settle();
    expect(texts()).toEqual(["a", "b"]);
    expect(outbox.entries(1)).toEqual([]);
  });
});

describe("pages come and go", () => {
  test("a reload goes on with what was left, under the same key", async () => {
    deliver.mockImplementation(() => new Promise(() => {}));
    const before = tab({ locks: null });
    const first = before.send({ conversationId: 1, text: "uno" });
    before.send({ conversationId: 1, text: "dos" });
    await settle();
    before.stop();
    deliver.mockReset().mockResolvedValue(undefined);
    const after = tab({ locks: null });
    await settle();
    expect(deliver.mock.calls.map(([entry]) => [entry.text, entry.clientId])).toEqual([
      ["uno", first.clientId],
      ["dos", expect.any(String)],
    ]);
    expect(after.entries(1)).toEqual([]);
  });

  test("a text of yesterday does not leave by itself", async () => {
    tab({ start: false }).send({ conversationId: 1, text: "ayer" });
    vi.setSystemTime(Date.now() + 13 * 3_600_000);
    const outbox = tab();
    await settle();
    expect(deliver).not.toHaveBeenCalled();
    const [entry] = outbox.entries(1);
    expect(entry).toMatchObject({ state: "failed", error: { code: "outbox_expired" } });
    outbox.retry(entry!.clientId);
    await settle();
    expect(texts()).toEqual(["ayer"]);
  });

  test("nobody sends what another person left behind", async () => {
    tab({ start: false }).send({ conversationId: 1, text: "de Ana" });
    const other = tab({ userId: 8 });
    await settle();
    expect(deliver).not.toHaveBeenCalled();
    expect(other.entries(1)).toEqual([]);
  });

  test("two tabs send each message once, in order", async () => {
    let running = 0;
    deliver.mockImplementation(async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running--;
    });
    const [left, right] = [tab(), tab()];
    left.send({ conversationId: 1, text: "a" });
    tellTabs();
    await vi.advanceTimersByTimeAsync(10);
    right.send({ conversationId: 1, text: "b" });
    tellTabs();
    await vi.advanceTimersByTimeAsync(500);
    tellTabs();
    expect(texts()).toEqual(["a", "b"]);
    expect([left.all(), right.all()]).toEqual([[], []]);
  });

  test("without locks both tabs may send, but under one key", async () => {
    deliver.mockImplementation(() => new Promise((resolve) => setTimeout(resolve, 50)));
    const [left] = [tab({ locks: null }), tab({ locks: null })];
    const { clientId } = left.send({ conversationId: 1, text: "a" });
    tellTabs();
    await vi.advanceTimersByTimeAsync(500);
    expect(new Set(deliver.mock.calls.map(([entry]) => entry.clientId))).toEqual(new Set([clientId]));
    expect(left.all()).toEqual([]);
  });

  test("storage that is full does not stop a message", async () => {
    const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    tab().send({ conversationId: 1, text: "hola" });
    await settle();
    expect(texts()).toEqual(["hola"]);
    full.mockRestore();
  });
});
