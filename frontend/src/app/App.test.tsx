import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { describe, expect, test, vi } from "vitest";

import { openApp, server, wholeClient } from "@/testing/app";
import { ANA, at, conversation, lastOf, message } from "@/testing/builders";
import { FakeSocket } from "@/testing/fakeSocket";
import { Model } from "@/testing/model";

wholeClient();

function inbox() {
  const model = new Model();
  const text = message({
    conversation_id: 1,
    text: "¿Tienen el bolso verde?",
    occurred_at: new Date().toISOString(),
  });
  model.add(
    conversation({
      id: 1,
      contact: { id: 501, name: "Valentina Ríos", phone: "+573005550101", username: null },
      assignee: ANA,
      last_inbound_at: text.occurred_at,
      window_closes_at: new Date(Date.now() + 20 * 3_600_000).toISOString(),
      last_message: lastOf(text),
    }),
    [text],
  );
  model.add(conversation({ id: 2, last_activity_at: at(-10), status: "unassigned" }));
  return model;
}

const fails = (status: number, code: string) => () =>
  HttpResponse.json({ error: { code, message: code, details: {} } }, { status });
const thread = () => screen.findByRole("region", { name: "Conversación con Valentina Ríos" });
const bubbles = (text: string) =>
  screen.queryAllByText(text, { selector: "[class*=bubble] *, [class*=bubble]" });

async function write(text: string) {
  const box = await screen.findByRole("textbox", { name: /mensaje/i });
  await userEvent.type(box, `${text}{Enter}`);
}

describe("where things are", () => {
  test("the bare address leads to the first organisation's chats", async () => {
    openApp(inbox(), { path: "/" });
    await screen.findByRole("link", { name: /Valentina/ });
    expect(window.location.pathname).toBe("/o/tienda/chats");
  });

  test("an organisation that is not ours says so and offers ours", async () => {
    openApp(inbox(), { path: "/o/ajena/chats" });
    server.use(
      http.get("/api/v1/me", ({ request }) =>
        request.headers.get("X-Organization") === "ajena" ? fails(404, "not_found")() : undefined,
      ),
    );
    expect(await screen.findByText("No encontramos esta organización")).toBeVisible();
    expect(await screen.findByRole("button", { name: "Ir a Tienda Andina" })).toBeVisible();
  });

  test("an address that means nothing says so", async () => {
    openApp(inbox(), { path: "/o/tienda/nada" });
    expect(await screen.findByText("Esta página no existe")).toBeVisible();
  });

  test("every request names the organisation of the address", async () => {
    const named: (string | null)[] = [];
    const model = inbox();
    server.events.on(
      "request:start",
      ({ request }) => void named.push(request.headers.get("X-Organization")),
    );
    openApp(model);
    await screen.findByRole("link", { name: /Valentina/ });
    expect(new Set(named)).toEqual(new Set(["tienda"]));
    expect(new URL(FakeSocket.last.url).searchParams.get("organization")).toBe("tienda");
    server.events.removeAllListeners();
  });
});

describe("the connection", () => {
  test("is shown, and said aloud when it has been away for two seconds", async () => {
    openApp(inbox());
    expect(await screen.findByRole("img", { name: "Sincronizado" })).toBeVisible();
    act(() => FakeSocket.last.break());
    expect(screen.getByRole("img", { name: "Reconectando…" })).toBeVisible();
    expect(screen.queryByText(/Puede haber mensajes/)).toBeNull();
    FakeSocket.greeting = null;
    expect(await screen.findByText(/Puede haber mensajes/)).toBeVisible();
  });

  test("what happened meanwhile is there after it has come back", async () => {
    const model = inbox();
    openApp(model, { path: "/o/tienda/chats/1" });
    await thread();
    act(() => FakeSocket.last.break());
    model.listeners.clear();
    model.receive(1, "mientras no estabas");
    FakeSocket.greeting = { type: "hello", stream_id: "stream-1", seq: model.seq, heartbeat_seconds: 20 };
    act(() => void window.dispatchEvent(new Event("online")));
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(2));
    expect(new URL(FakeSocket.last.url).searchParams.get("since")).toBe("0");
    await screen.findByRole("img", { name: "Poniéndose al día…" });
    const through = model.seq;
    act(() => FakeSocket.last.say({ type: "events", events: model.log, through }));
    expect(await within(await thread()).findByText("mientras no estabas")).toBeVisible();
    expect(screen.getByRole("img", { name: "Sincronizado" })).toBeVisible();
    await waitFor(() => expect(FakeSocket.last.sent).toContainEqual({ type: "ack", through }));
  });

  test("a stream that cannot be resumed reads everything on screen anew", async () => {
    const model = inbox();
    openApp(model, { path: "/o/tienda/chats/1" });
    await within(await thread()).findByText("¿Tienen el bolso verde?");
    model.listeners.clear();
    model.receive(1, "muy atrás");
    FakeSocket.greeting = { type: "hello", stream_id: "stream-2", seq: 900, heartbeat_seconds: 20 };
    act(() => FakeSocket.last.say({ type: "resync", reason: "too_old" }));
    expect(await within(await thread()).findByText("muy atrás")).toBeVisible();
  });
});

describe("sending", () => {
  test("is on screen at once, and once only when answer and event have come", async () => {
    const model = inbox();
    openApp(model, { path: "/o/tienda/chats/1" });
    await thread();
    await write("Sí, te lo aparto");
    expect(bubbles("Sí, te lo aparto")).toHaveLength(1);
    await waitFor(() => expect(model.messages.size).toBe(2));
    const sent = [...model.messages.values()].at(-1)!;
    model.status(sent.id, "delivered");
    await waitFor(() => expect(screen.getAllByRole("img", { name: "Recibido" }).length).toBeGreaterThan(0));
    expect(bubbles("Sí, te lo aparto")).toHaveLength(1);
    expect(window.localStorage.getItem(`bandeja.outbox.tienda.1.${sent.client_id}`)).toBeNull();
  });

  test("without a server it waits through a reload, and leaves once under its own key", async () => {
    const model = inbox();
    const keys: (string | null)[] = [];
    const first = openApp(model, { path: "/o/tienda/chats/1" });
    server.use(
      http.post("/api/v1/conversations/:id/messages", ({ request }) => {
        keys.push(request.headers.get("Idempotency-Key"));
        return HttpResponse.error();
      }),
    );
    await thread();
    await write("Te escribo desde el túnel");
    await waitFor(() => expect(keys).toHaveLength(1));
    first.unmount();

    server.resetHandlers();
    server.events.on("request:start", ({ request }) => {
      const key = request.headers.get("Idempotency-Key");
      if (key) keys.push(key);
    });
    model.listeners.clear();
    openApp(model, { path: "/o/tienda/chats/1" });
    await thread();
    await waitFor(() => expect(model.messages.size).toBe(2));
    await waitFor(() => expect(bubbles("Te escribo desde el túnel")).toHaveLength(1));
    expect(new Set(keys).size).toBe(1);
    server.events.removeAllListeners();
  });

  test("signing out with something unsent asks first", async () => {
    const submit = vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(() => {});
    openApp(inbox(), { path: "/o/tienda/chats/1" });
    server.use(http.post("/api/v1/conversations/:id/messages", () => HttpResponse.error()));
    await thread();
    await write("todavía no");
    await userEvent.click(screen.getByRole("button", { name: /^Tu cuenta/ }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Cerrar sesión" }));
    const dialog = await screen.findByRole("dialog", { name: "Tienes mensajes sin enviar" });
    expect(submit).not.toHaveBeenCalled();
    await userEvent.click(within(dialog).getByRole("button", { name: "Descartar y cerrar sesión" }));
    expect(submit).toHaveBeenCalledOnce();
    expect(Object.keys(window.localStorage).filter((key) => key.includes("outbox"))).toEqual([]);
  });
});

describe("the person's choices", () => {
  test("the language changes at once and is kept by the server", async () => {
    openApp(inbox());
    const asked = vi.fn();
    server.use(
      http.patch("/api/v1/preferences", async ({ request }) => {
        asked(await request.json());
        return HttpResponse.json({ language: "en" });
      }),
    );
    await userEvent.click(await screen.findByRole("button", { name: /^Tu cuenta/ }));
    await userEvent.click(await screen.findByRole("menuitemradio", { name: "English" }));
    expect(await screen.findByRole("searchbox", { name: "Search name or number…" })).toBeVisible();
    expect(document.documentElement.lang).toBe("en");
    await waitFor(() => expect(asked).toHaveBeenCalledWith({ language: "en" }));
    await userEvent.click(screen.getByRole("menuitemradio", { name: "Español" }));
    expect(await screen.findByRole("searchbox", { name: "Buscar nombre o número…" })).toBeVisible();
  });

  test("the colour scheme is kept where the page reads it before the first paint", async () => {
    openApp(inbox());
    await userEvent.click(await screen.findByRole("button", { name: /^Tu cuenta/ }));
    await userEvent.click(await screen.findByRole("menuitemradio", { name: "Oscuro" }));
    expect(document.documentElement.dataset.mantineColorScheme).toBe("dark");
    expect(window.localStorage.getItem("bandeja.color-scheme")).toBe("dark");
  });
});
