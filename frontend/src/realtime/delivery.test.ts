import { beforeEach, describe, expect, test, vi } from "vitest";

import { ApiError, type Client, type Message } from "@/api";
import { event, message } from "@/testing/builders";

import { deliver } from "./delivery";
import { Moves } from "./moves";
import type { OutboxEntry } from "./types";

const KEY = "6a1d7f4e-0000-4000-8000-000000000001";
const ENTRY: OutboxEntry = {
  clientId: KEY,
  conversationId: 1,
  text: "hola",
  media: null,
  replyTo: null,
  createdAt: "2026-11-22T12:00:00Z",
  state: "sending",
  attempts: 1,
  error: null,
};
const gone = (details = {}) => new ApiError(404, "not_found", "", details);
const spent = new ApiError(409, "idempotency_conflict", "");
const page = (results: Message[], next: string | null = null) => ({ results, next, previous: null });

let post: ReturnType<typeof vi.fn<(path: string) => Promise<unknown>>>;
let get: ReturnType<typeof vi.fn<(path: string) => Promise<unknown>>>;
let follow: ReturnType<typeof vi.fn<(url: string) => Promise<unknown>>>;
let moves: Moves;
const send = () => deliver({ slug: "tienda", post, get, follow } as unknown as Client, moves, ENTRY);
const posted = () => post.mock.calls.map(([path]) => path);

beforeEach(() => {
  post = vi.fn<(path: string) => Promise<unknown>>(async () => message({ client_id: KEY }));
  get = vi.fn<(path: string) => Promise<unknown>>(async () => page([]));
  follow = vi.fn<(url: string) => Promise<unknown>>(async () => page([]));
  moves = new Moves();
});

describe("a reply to a chat that became part of another one", () => {
  test("goes where the server says, which is kept in mind", async () => {
    post.mockRejectedValueOnce(gone({ moved_to: 2 }));
    await send();
    expect(posted()).toEqual(["/conversations/1/messages", "/conversations/2/messages"]);
    expect(moves.home(1)).toBe(2);
  });

  test("goes where the events said, if the server says nothing", async () => {
    moves.take(event(1, "conversation.removed", { id: 1, moved_to: 2 }));
    post.mockRejectedValueOnce(gone());
    await send();
    expect(posted()).toEqual(["/conversations/1/messages", "/conversations/2/messages"]);
  });

  test("goes to its own chat again once that stands by itself, though nobody has told us", async () => {
    moves.take(event(1, "conversation.removed", { id: 1, moved_to: 2 }));
    await send();
    expect(posted()).toEqual(["/conversations/1/messages"]);
  });

  test("is refused where nobody knows of another chat", async () => {
    post.mockRejectedValue(gone());
    await expect(send()).rejects.toMatchObject({ status: 404 });
    expect(post).toHaveBeenCalledTimes(1);
  });
});

describe("a key that is spent", () => {
  test("on this very message is no failure, in whichever chat it is now", async () => {
    const sent = message({ client_id: KEY });
    post.mockRejectedValueOnce(gone({ moved_to: 2 })).mockRejectedValueOnce(spent);
    get.mockResolvedValue(page([message()], "/api/v1/more"));
    follow.mockResolvedValue(page([sent]));
    expect(await send()).toBe(sent);
    expect(get.mock.calls[0]![0]).toBe("/conversations/2/messages");
  });

  test("on another one is, after a look that ends", async () => {
    post.mockRejectedValue(spent);
    get.mockResolvedValue(page([message()], "/api/v1/more"));
    follow.mockResolvedValue(page([message()], "/api/v1/more"));
    await expect(send()).rejects.toBe(spent);
    expect(follow).toHaveBeenCalledTimes(4);
  });
});
