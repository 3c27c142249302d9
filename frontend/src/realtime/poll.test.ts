import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError, type Client } from "@/api";
import { conversation, event, me } from "@/testing/builders";

import { pollWhileAway } from "./poll";
import type { ConnectionState } from "./types";

let state: ConnectionState;
let tell: () => void;
let stop: () => void;
const get = vi.fn();
const onEvents = vi.fn();
const onRestart = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  for (const mock of [get, onEvents, onRestart]) mock.mockReset();
  state = "live";
  tell = () => {};
  let position = 10;
  onEvents.mockImplementation((_events, through: number) => {
    position = through;
  });
  stop = pollWhileAway({
    client: { get } as unknown as Client,
    connection: {
      get: () => state,
      subscribe: (listener) => {
        tell = listener;
        return () => {};
      },
    },
    streamId: "s1",
    position: () => position,
    onEvents,
    onRestart,
  });
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

function become(next: ConnectionState) {
  state = next;
  tell();
}

const page = (through: number, more = false) => ({
  stream_id: "s1",
  results: [event(through, "conversation.read", { conversation: conversation() })],
  through,
  more,
});

test("a short break is left to the socket", async () => {
  become("reconnecting");
  await vi.advanceTimersByTimeAsync(9_000);
  become("live");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(get).not.toHaveBeenCalled();
});

test("while the socket stays away, events come by plain requests, all there are each time", async () => {
  get.mockResolvedValueOnce(page(11, true)).mockResolvedValueOnce(page(12)).mockResolvedValue(page(13));
  become("reconnecting");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(get.mock.calls.map(([path, { query }]) => [path, query.after, query.stream])).toEqual([
    ["/events", 10, "s1"],
    ["/events", 11, "s1"],
  ]);
  expect(onEvents.mock.calls.map(([, through]) => through)).toEqual([11, 12]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onEvents).toHaveBeenLastCalledWith(expect.anything(), 13);
});

test("it ends when the socket is back, also in the middle of a request", async () => {
  let answer: (value: unknown) => void = () => {};
  get.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  become("reconnecting");
  await vi.advanceTimersByTimeAsync(10_000);
  become("live");
  answer(page(11));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onEvents).not.toHaveBeenCalled();
  expect(get).toHaveBeenCalledTimes(1);
});

test("trouble does not end it, and a lost place is found again", async () => {
  get
    .mockRejectedValueOnce(new ApiError(503, "unavailable", ""))
    .mockRejectedValueOnce(new ApiError(410, "resync", ""))
    .mockResolvedValueOnce(me({ events: { stream_id: "s2", seq: 900 } }))
    .mockResolvedValue(page(901));
  become("reconnecting");
  await vi.advanceTimersByTimeAsync(15_000);
  expect(onRestart).toHaveBeenCalledExactlyOnceWith(900);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(get.mock.lastCall?.[1].query.stream).toBe("s2");
  expect(onEvents).toHaveBeenLastCalledWith(expect.anything(), 901);
});
