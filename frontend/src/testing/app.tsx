import { act, render } from "@testing-library/react";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";

import { App } from "@/app/App";

import { FakeSocket } from "./fakeSocket";
import { handlers } from "./mock/handlers";
import type { Model } from "./model";

export const server = setupServer();

/** Give the tests of a file the whole client, with a server from a model and a socket in the test's hand. */
export function wholeClient(): void {
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  beforeEach(() => {
    window.localStorage.clear();
    vi.stubGlobal("WebSocket", FakeSocket);
    // A screen with room for ten rows, for the virtual lists.
    vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(640);
    vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(340);
  });
  afterEach(() => {
    server.resetHandlers();
    FakeSocket.opened.length = 0;
    FakeSocket.greeting = null;
    vi.unstubAllGlobals();
  });
  afterAll(() => server.close());
}

interface Start extends NonNullable<Parameters<typeof handlers>[1]> {
  path?: string;
  /** Whether the socket greets by itself. */
  live?: boolean;
}

export function openApp(model: Model, { path = "/o/tienda/chats", live = true, ...trouble }: Start = {}) {
  server.use(...handlers(model, trouble));
  window.history.replaceState(null, "", path);
  if (live)
    FakeSocket.greeting = { type: "hello", stream_id: "stream-1", seq: model.seq, heartbeat_seconds: 20 };
  model.listeners.add((event) =>
    // An answer that is still on its way when a test ends finds nobody there.
    act(() => FakeSocket.opened.at(-1)?.say({ type: "events", events: [event], through: event.seq })),
  );
  return render(<App />);
}
