import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import {
  type Conversation,
  type ConversationFilter,
  type Counts,
  keys,
  type Message,
  type Page,
  type Pages,
} from "@/api";
import { ANA, conversation, me } from "@/testing/builders";
import { Model } from "@/testing/model";

import { LiveCache } from "./liveCache";

const ALL: ConversationFilter = { status: "all", sort: "newest", q: "" };

let model: Model;
let queries: QueryClient;
let cache: LiveCache;
let detach: () => void;

/** A promise that the test fulfils when it likes: an answer on its way. */
function later<T>() {
  let answer!: (value: T) => void;
  let refuse!: (reason: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    answer = resolve;
    refuse = reject;
  });
  return { promise, answer, refuse };
}

beforeEach(() => {
  model = new Model();
  for (let id = 1; id <= 3; id++) model.add(conversation({ id }));
  queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData(keys.me("tienda"), me());
  cache = new LiveCache(queries, "tienda", 0);
  detach = cache.attach();
  model.listeners.add((event) => cache.take([event], event.seq));
});

afterEach(() => {
  detach();
  queries.clear();
  vi.useRealTimers();
});

const listKey = keys.list("tienda", ALL);
const loadList = (answer: () => Promise<Page<unknown>>) =>
  queries.fetchInfiniteQuery({ queryKey: listKey, initialPageParam: null, queryFn: answer });
const shownList = () =>
  queries.getQueryData<Pages<{ id: number }>>(listKey)!.pages.flatMap(({ results }) => results);

test("an answer that was overtaken by events is brought up to date", async () => {
  const { promise, answer } = later<Page<unknown>>();
  const loaded = loadList(() => promise);
  await Promise.resolve();
  const old = structuredClone(model.list(ALL));
  model.receive(2, "llegó mientras cargaba");
  model.close(3);
  answer(old);
  await loaded;
  expect(shownList()).toEqual(model.list(ALL).results);
});

test("what was asked for stays on the screen while older news comes, and the truth follows it", async () => {
  await loadList(async () => model.list(ALL));
  const status = () =>
    queries.getQueryData<Pages<Conversation>>(listKey)!.pages[0]!.results.find(({ id }) => id === 1)!.status;
  const endClosing = cache.wish(1, () => ({ status: "closed" }));
  const endOpening = cache.wish(1, () => ({ status: "open" }));
  expect(status()).toBe("open");
  model.close(1);
  expect(status()).toBe("open");
  endClosing();
  expect(status()).toBe("open");
  await queries.invalidateQueries({ queryKey: listKey, refetchType: "none" });
  await loadList(async () => model.list(ALL));
  expect(status()).toBe("open");
  expect(endOpening()).toBe(true);
  expect(status()).toBe("closed");
});

test("also one whose request left before we followed the cache", async () => {
  detach();
  const { promise, answer } = later<Page<unknown>>();
  const loaded = loadList(() => promise);
  await Promise.resolve();
  detach = cache.attach();
  const old = structuredClone(model.list(ALL));
  model.receive(2, "llegó mientras cargaba");
  answer(old);
  await loaded;
  expect(shownList()).toEqual(model.list(ALL).results);
});

test("an answer that is newer than the events still to come is not spoilt for good", async () => {
  const held = [...model.listeners][0]!;
  model.listeners.clear();
  model.receive(1, "uno");
  await loadList(async () => model.list(ALL));
  model.receive(2, "dos");
  for (const event of model.log) held(event);
  expect(shownList()).toEqual(model.list(ALL).results);
});

test("events seen before are passed over", async () => {
  await loadList(async () => model.list(ALL));
  model.receive(1, "uno");
  const again = cache.take(model.log, 1);
  expect(again).toEqual([]);
  expect(shownList()).toEqual(model.list(ALL).results);
});

test("an action shows at once, and the late answer does not undo what came after", async () => {
  await loadList(async () => model.list(ALL));
  cache.preview(1, () => ({ status: "closed" }));
  expect(shownList().find(({ id }) => id === 1)).toMatchObject({ status: "closed" });

  const { promise, answer } = later<ReturnType<Model["close"]>>();
  const brought = cache.bringConversation(() => promise);
  const closed = model.close(1);
  model.reopen(1);
  answer(closed);
  await brought;
  expect(shownList()).toEqual(model.list(ALL).results);
});

test("the answer to a send stays although the page it came with is loaded over it", async () => {
  const key = keys.messages("tienda", 1);
  const thread = () => queries.getQueryData<Pages<Message>>(key)!.pages.flatMap(({ results }) => results);
  await queries.fetchInfiniteQuery({
    queryKey: key,
    initialPageParam: null,
    queryFn: async () => model.thread(1),
  });
  model.listeners.clear();
  const old = structuredClone(model.thread(1));
  const { promise, answer } = later<Page<Message>>();
  const again = queries.fetchInfiniteQuery({ queryKey: key, initialPageParam: null, queryFn: () => promise });
  await Promise.resolve();
  await cache.bringMessage(async () => model.send(1, "hola", ANA));
  answer(old);
  await again;
  expect(thread().map(({ text }) => text)).toEqual(["hola"]);
});

test("what changes the tabs' counts asks for them again, once for many", async () => {
  vi.useFakeTimers();
  const ask = vi.fn(async () => model.counts());
  const key = keys.counts("tienda");
  const observer = new QueryObserver<Counts>(queries, { queryKey: key, queryFn: ask });
  const leave = observer.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(0);
  await loadList(async () => model.list(ALL));
  model.close(1);
  model.close(2);
  model.close(3);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(queries.getQueryData(key)).toEqual(model.counts());
  model.receive(1, "otra vez");
  model.receive(1, "y otra");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(ask).toHaveBeenCalledTimes(3);
  model.read(1);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(ask).toHaveBeenCalledTimes(3);
  leave();
});

test("a lost conversation is taken off the screen and asked for again", async () => {
  const key = keys.conversation("tienda", 1);
  const ask = vi.fn(async () => {
    if (!model.conversations.has(1)) throw new Error("404");
    return model.conversations.get(1)!;
  });
  const observer = new QueryObserver(queries, { queryKey: key, queryFn: ask });
  const leave = observer.subscribe(() => {});
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBeDefined());
  model.hide(1);
  await vi.waitFor(() => expect(observer.getCurrentResult().isError).toBe(true));
  expect(observer.getCurrentResult().data).toBeUndefined();
  leave();
});

test("another organisation's cache is not touched", async () => {
  const foreign = keys.list("otra", ALL);
  const held = { pages: [structuredClone(model.list(ALL))], pageParams: [null] };
  queries.setQueryData(foreign, held);
  model.receive(1, "hola");
  expect(queries.getQueryData(foreign)).toBe(held);
});

test("a chat that comes back into sight is asked for by whoever shows that it is gone", async () => {
  vi.useFakeTimers();
  const queryKey = keys.conversation("tienda", 2);
  let isVisible = false;
  const queryFn = vi.fn(async () => {
    if (!isVisible) throw new Error("not_found");
    return model.list(ALL).results.find(({ id }) => id === 2);
  });
  const detachObserver = new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(10);
  expect(queries.getQueryState(queryKey)?.status).toBe("error");
  isVisible = true;
  model.assign(2, ANA);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(queries.getQueryData(queryKey)).toMatchObject({ id: 2, assignee: ANA });
  detachObserver();
});
