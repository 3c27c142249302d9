import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { conversation, event } from "@/testing/builders";
import { FakeSocket } from "@/testing/fakeSocket";

import { EventSocket } from "./socket";

const START = { stream_id: "s1", seq: 10 };
const hello = { type: "hello", stream_id: "s1", seq: 10, heartbeat_seconds: 20 } as const;
const read = (seq: number) => event(seq, "conversation.read", { conversation: conversation() });

const handlers = { onEvents: vi.fn(), onSignal: vi.fn(), onRestart: vi.fn(), onShutOut: vi.fn() };
let socket: EventSocket;
let states: string[];

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened.length = 0;
  for (const handler of Object.values(handlers)) handler.mockReset();
  socket = new EventSocket({
    url: "/ws/v1/events?organization=tienda",
    start: START,
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
    random: () => 1,
    ...handlers,
  });
  states = [];
  socket.subscribe(() => states.push(socket.get()));
  socket.start();
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const query = () => Object.fromEntries(new URL(FakeSocket.last.url).searchParams);

test("it begins where `me` stood, and is live when nothing was missed", () => {
  expect(query()).toEqual({ organization: "tienda", since: "10", stream: "s1" });
  expect(socket.get()).toBe("connecting");
  FakeSocket.last.say(hello);
  expect(socket.get()).toBe("live");
});

test("it says that it is catching up until it has come to the head", () => {
  FakeSocket.last.say({ ...hello, seq: 12 });
  expect(socket.get()).toBe("catching_up");
  FakeSocket.last.say({ type: "events", events: [read(11)], through: 11 });
  expect(socket.get()).toBe("catching_up");
  FakeSocket.last.say({ type: "events", events: [], through: 12 });
  expect(socket.get()).toBe("live");
});

test("events are acknowledged after they were applied", () => {
  FakeSocket.last.say(hello);
  handlers.onEvents.mockImplementation(() => expect(FakeSocket.last.sent).toEqual([]));
  FakeSocket.last.say({ type: "events", events: [read(11)], through: 14 });
  expect(handlers.onEvents).toHaveBeenCalledWith([expect.objectContaining({ seq: 11 })], 14);
  FakeSocket.last.say({ type: "events", events: [], through: 15 });
  expect(FakeSocket.last.sent).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(FakeSocket.last.sent).toEqual([{ type: "ack", through: 15 }]);
  vi.advanceTimersByTime(10_000);
  expect(FakeSocket.last.sent).toHaveLength(1);
});

test("much is acknowledged at once, as the server may wait for it", () => {
  FakeSocket.last.say(hello);
  const events = Array.from({ length: 400 }, (_, place) => read(11 + place));
  FakeSocket.last.say({ type: "events", events, through: 410 });
  expect(FakeSocket.last.sent).toEqual([{ type: "ack", through: 410 }]);
});

test("nothing is acknowledged on another line than it came by", () => {
  FakeSocket.last.say(hello);
  FakeSocket.last.say({ type: "events", events: [read(11)], through: 11 });
  FakeSocket.last.break();
  vi.advanceTimersByTime(1_000);
  expect(FakeSocket.opened).toHaveLength(2);
  FakeSocket.last.say({ ...hello, seq: 11 });
  vi.advanceTimersByTime(1_000);
  expect(FakeSocket.last.sent).toEqual([]);
});

test("after a break it goes on from what it had applied", () => {
  FakeSocket.last.say(hello);
  FakeSocket.last.say({ type: "events", events: [read(11)], through: 14 });
  FakeSocket.last.break();
  expect(socket.get()).toBe("reconnecting");
  vi.advanceTimersByTime(1_000);
  expect(FakeSocket.opened).toHaveLength(2);
  expect(query().since).toBe("14");
  FakeSocket.last.say({ ...hello, seq: 14 });
  expect(states).toEqual(["live", "reconnecting", "live"]);
  expect(handlers.onRestart).not.toHaveBeenCalled();
});

test("it waits longer each time, also when the server greets and hangs up", () => {
  const waits = [1_000, 2_000, 4_000, 8_000];
  for (const [index, wait] of waits.entries()) {
    FakeSocket.last.say(hello);
    FakeSocket.last.break();
    vi.advanceTimersByTime(wait - 1);
    expect(FakeSocket.opened).toHaveLength(index + 1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.opened).toHaveLength(index + 2);
  }
  FakeSocket.last.say(hello);
  FakeSocket.last.say({ type: "heartbeat", seq: 10, through: 10 });
  FakeSocket.last.break();
  vi.advanceTimersByTime(1_000);
  expect(FakeSocket.opened).toHaveLength(6);
});

test("a heartbeat whose number is ahead of us shows that something is missing", () => {
  FakeSocket.last.say(hello);
  FakeSocket.last.say({ type: "heartbeat", seq: 12, through: 10 });
  expect(socket.get()).toBe("catching_up");
});

test("silence of 45 seconds is a dead line", () => {
  FakeSocket.last.say(hello);
  vi.advanceTimersByTime(44_000);
  FakeSocket.last.say({ type: "heartbeat", seq: 10, through: 10 });
  vi.advanceTimersByTime(44_999);
  expect(socket.get()).toBe("live");
  vi.advanceTimersByTime(1);
  expect(socket.get()).toBe("reconnecting");
});

test("resync: a fresh start, and everything on screen is read anew after the greeting", () => {
  FakeSocket.last.say(hello);
  FakeSocket.last.say({ type: "resync", reason: "too_old" });
  vi.advanceTimersByTime(1_000);
  expect(query()).toEqual({ organization: "tienda" });
  expect(handlers.onRestart).not.toHaveBeenCalled();
  FakeSocket.last.say({ ...hello, seq: 900 });
  expect(handlers.onRestart).toHaveBeenCalledExactlyOnceWith(900);
  expect(socket.get()).toBe("live");
});

test("another stream, as after a restore, is a fresh start too", () => {
  FakeSocket.last.say({ ...hello, stream_id: "s2", seq: 3 });
  expect(handlers.onRestart).toHaveBeenCalledExactlyOnceWith(3);
});

test("an event that cannot be applied leads to a fresh start, not to a screen that lies", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  FakeSocket.last.say(hello);
  handlers.onEvents.mockImplementationOnce(() => {
    throw new Error("broken");
  });
  FakeSocket.last.say({ type: "events", events: [read(11)], through: 11 });
  expect(FakeSocket.last.sent).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(query().since).toBeUndefined();
});

test.each([
  [4401, "signed_out"],
  [4404, "not_visible"],
])("close code %i ends it", (code, reason) => {
  FakeSocket.last.break(code);
  expect(handlers.onShutOut).toHaveBeenCalledWith(reason);
  vi.advanceTimersByTime(120_000);
  expect(FakeSocket.opened).toHaveLength(1);
});

test("no network: it says so, and comes back with it at once", () => {
  FakeSocket.last.say(hello);
  window.dispatchEvent(new Event("offline"));
  expect(socket.get()).toBe("offline");
  vi.advanceTimersByTime(120_000);
  expect(FakeSocket.opened).toHaveLength(1);
  window.dispatchEvent(new Event("online"));
  expect(FakeSocket.opened).toHaveLength(2);
  FakeSocket.last.say(hello);
  expect(socket.get()).toBe("live");
});

test("frames of an older line, broken frames and unknown ones do no harm", () => {
  const first = FakeSocket.last;
  first.say(hello);
  first.break();
  vi.advanceTimersByTime(1_000);
  first.onmessage?.({ data: JSON.stringify({ type: "events", events: [read(99)], through: 99 }) });
  first.break(4401);
  FakeSocket.last.say(hello);
  FakeSocket.last.onmessage?.({ data: "{" });
  FakeSocket.last.onmessage?.({ data: "null" });
  FakeSocket.last.onmessage?.({ data: JSON.stringify({ type: "novelty" }) });
  expect(socket.get()).toBe("live");
  expect(handlers.onEvents).not.toHaveBeenCalled();
});
