import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { describe, expect, test, vi } from "vitest";
import { openApp, server, wholeClient } from "@/testing/app";
import { BETO, me } from "@/testing/builders";
import { ago, chat, inbound, openChat } from "@/testing/chat";
import { FakeSocket } from "@/testing/fakeSocket";

wholeClient();

const box = () => screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Escribir un mensaje" });
const texts = (model: ReturnType<typeof chat>) => [...model.messages.values()].map(({ text }) => text);
const inMinutes = (minutes: number) => ago(-minutes);

describe("the keys", () => {
  test("Enter sends, and the box is empty and ready for the next", async () => {
    const model = await openChat([inbound({ text: "Hola" })]);
    await userEvent.type(await box(), "Buenos días{Enter}");
    await waitFor(() => expect(texts(model)).toEqual(["Hola", "Buenos días"]));
    expect(await box()).toHaveValue("");
    expect(await box()).toHaveFocus();
  });

  test("Shift + Enter makes a line", async () => {
    const model = await openChat([inbound({ text: "Hola" })]);
    await userEvent.type(await box(), "uno{Shift>}{Enter}{/Shift}dos");
    expect(await box()).toHaveValue("uno\ndos");
    expect(texts(model)).toEqual(["Hola"]);
  });

  test("Enter that ends a word of an input method does not send", async () => {
    const model = await openChat([inbound({ text: "Hola" })]);
    const input = await box();
    await userEvent.type(input, "にほん");
    fireEvent.keyDown(input, { key: "Enter", keyCode: 13, isComposing: true });
    fireEvent.keyDown(input, { key: "Enter", keyCode: 229 });
    expect(input).toHaveValue("にほん");
    expect(texts(model)).toEqual(["Hola"]);
  });

  test("blanks alone are not sent", async () => {
    const model = await openChat([inbound({ text: "Hola" })]);
    await userEvent.type(await box(), "   {Enter}");
    await userEvent.click(screen.getByRole("button", { name: "Enviar" }));
    expect(texts(model)).toEqual(["Hola"]);
  });
});

describe("a draft", () => {
  test("is there again after a reload", async () => {
    const model = chat([inbound()]);
    const first = openApp(model, { path: "/o/tienda/chats/1" });
    await userEvent.type(await box(), "a medias");
    first.unmount();
    model.listeners.clear();
    openApp(model, { path: "/o/tienda/chats/1" });
    expect(await box()).toHaveValue("a medias");
  });

  test("is gone when it was sent", async () => {
    await openChat([inbound()]);
    await userEvent.type(await box(), "listo{Enter}");
    expect(Object.keys(window.localStorage).filter((name) => name.includes("draft"))).toEqual([]);
  });
});

describe("a quote", () => {
  test("goes with the message, and only with that one", async () => {
    const model = await openChat([inbound({ id: 60, text: "¿Cuál?" })]);
    await userEvent.click(screen.getByRole("button", { name: "Responder a este mensaje" }));
    expect(screen.getByText("Respondes a Valentina Ríos")).toBeVisible();
    await userEvent.type(await box(), "el azul{Enter}");
    expect(screen.queryByText("Respondes a Valentina Ríos")).toBeNull();
    await waitFor(() => expect([...model.messages.values()].at(-1)?.reply_to?.id).toBe(60));

    await userEvent.type(await box(), "y el rojo{Enter}");
    await waitFor(() =>
      expect([...model.messages.values()].at(-1)).toMatchObject({ text: "y el rojo", reply_to: null }),
    );
  });

  test("is dropped with Escape, the text stays", async () => {
    await openChat([inbound({ id: 60, text: "¿Cuál?" })]);
    await userEvent.click(screen.getByRole("button", { name: "Responder a este mensaje" }));
    await userEvent.type(await box(), "el azul{Escape}");
    expect(screen.queryByText("Respondes a Valentina Ríos")).toBeNull();
    expect(await box()).toHaveValue("el azul");
  });
});

describe("the window", () => {
  test("counts down above the box", async () => {
    await openChat([inbound()], { window_closes_at: inMinutes(3 * 60 + 12.5) });
    expect(await screen.findByText("Quedan 3 h 12 min")).toBeVisible();
  });

  test("warns in its last two hours", async () => {
    await openChat([inbound()], { window_closes_at: inMinutes(90.5) });
    expect((await screen.findByText("Quedan 1 h 30 min")).closest("[data-closing]")).not.toBeNull();
  });

  test("that has closed locks the box and says why", async () => {
    await openChat([inbound()], { window_closes_at: ago(120), last_inbound_at: ago(26 * 60) });
    expect(
      await screen.findByText(/Pasaron más de 24 horas desde el último mensaje de Valentina/),
    ).toBeVisible();
    expect(screen.queryByRole("button", { name: "Enviar" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Responder a este mensaje" })).toBeNull();
  });

  test("opens again in place when the customer writes", async () => {
    const model = await openChat([inbound()], { window_closes_at: ago(120), last_inbound_at: ago(26 * 60) });
    await screen.findByText(/Pasaron más de 24 horas/);
    model.receive(1, "Perdón, ya volví");
    expect(await box()).toBeVisible();
  });

  test("has not opened where the customer never wrote", async () => {
    await openChat([inbound()], { window_closes_at: null, last_inbound_at: null });
    expect(await screen.findByText(/todavía no ha escrito/)).toBeVisible();
  });

  test("is judged by the server's clock, not by one here that is wrong", async () => {
    const real = Date.now();
    const model = chat([inbound()], { window_closes_at: new Date(real + 3_600_000).toISOString() });
    vi.spyOn(Date, "now").mockReturnValue(real + 10 * 3_600_000);
    openApp(model, { path: "/o/tienda/chats/1" });
    server.use(
      http.get("/api/v1/conversations/1", () =>
        HttpResponse.json(model.conversations.get(1)!, { headers: { Date: new Date(real).toUTCString() } }),
      ),
    );
    expect(await box()).toBeVisible();
  });
});

describe("who may write", () => {
  test("an agent is told that a colleague is in charge", async () => {
    const permissions = {
      assign_others: false,
      take_unassigned: true,
      see_all: false,
      manage_settings: false,
    };
    const model = chat([inbound()], { assignee: BETO });
    openApp(model, { path: "/o/tienda/chats/1" });
    server.use(
      http.get("/api/v1/me", () =>
        HttpResponse.json(me({ permissions, membership: { id: 9, name: "Eva", role: "agent" } })),
      ),
    );
    expect(await screen.findByText(/Solo quien lo atiende puede responder/)).toBeVisible();
  });

  test("a manager may, and sees whose chat it is", async () => {
    await openChat([inbound()], { assignee: BETO });
    expect(await screen.findByText("Este chat lo atiende Beto Quiroga")).toBeVisible();
    expect(await box()).toBeVisible();
  });
});

describe("length", () => {
  test("is counted near the limit, and too much is not sent", async () => {
    const model = await openChat([inbound({ text: "Hola" })]);
    const input = await box();
    fireEvent.change(input, { target: { value: "a".repeat(4000) } });
    expect(screen.getByText("Quedan 96 caracteres")).toBeVisible();
    fireEvent.change(input, { target: { value: "a".repeat(4099) } });
    expect(screen.getByText("Sobran 3 caracteres")).toBeVisible();
    fireEvent.keyDown(input, { key: "Enter", keyCode: 13 });
    expect(texts(model)).toEqual(["Hola"]);
    expect(input).toHaveValue("a".repeat(4099));
  });
});

test("typing is told to colleagues, not at each key", async () => {
  await openChat([inbound()]);
  await userEvent.type(await box(), "una frase entera");
  const told = FakeSocket.last.sent.filter((frame) => (frame as { signal?: string }).signal === "typing");
  expect(told).toHaveLength(1);
});
