import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse } from "msw";
import { http } from "msw/http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { MessageStatus } from "@/api";
import { server, wholeClient } from "@/testing/app";
import { BETO } from "@/testing/builders";
import { ago, inbound, openChat, outbound, refusal } from "@/testing/chat";
import { FakeSocket } from "@/testing/fakeSocket";

wholeClient();

let hasFocus: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  hasFocus = vi.spyOn(document, "hasFocus").mockReturnValue(false);
});
afterEach(() => vi.useRealTimers());

// The words of a message, not those of a quote in another one.
const WORDS = { selector: "article [dir] > span" };
const article = (text: string) => screen.getByText(text, WORDS).closest<HTMLElement>("article")!;
const ERROR = {
  code: 131026,
  class: "permanent",
  title: { es: "El número no tiene WhatsApp", en: "The number is not on WhatsApp" },
  advice: { es: "Pregunta a un propietario.", en: "Ask an owner." },
  owner_advice: { es: "Comprueba el número con el cliente.", en: "Check the number with the customer." },
  detail: "Message undeliverable",
};

describe("what a message shows", () => {
  test.each([
    ["queued", "En cola"],
    ["sending", "Enviando"],
    ["accepted", "Entregado a WhatsApp"],
    ["sent", "Enviado"],
    ["delivered", "Recibido"],
    ["read", "Leído"],
    ["played", "Escuchado"],
    ["failed", "No se envió"],
    ["unknown", "Sin confirmar"],
  ] as [MessageStatus, string][])("one of ours that is %s says «%s»", async (status, words) => {
    await openChat([outbound({ text: "Listo", status })]);
    expect(within(article("Listo")).getByRole("img", { name: words })).toHaveAttribute("data-status", status);
  });

  test("the customer's has no tick", async () => {
    await openChat([inbound({ text: "Hola" })]);
    expect(article("Hola").querySelector("[data-status]")).toBeNull();
  });

  test("colleagues and programs are named, one's own are not", async () => {
    await openChat([
      outbound({ text: "de Ana", occurred_at: ago(9) }),
      outbound({ text: "de Beto", occurred_at: ago(8), author: { kind: "member", ...BETO } }),
      outbound({
        text: "automático",
        occurred_at: ago(7),
        author: { kind: "assistant", id: null, name: "" },
      }),
    ]);
    expect(within(article("de Beto")).getByText(BETO.name)).toBeVisible();
    expect(within(article("automático")).getByText("Asistente")).toBeVisible();
    expect(article("de Ana").querySelector("[class*=author]")).toBeNull();
  });

  test("every text takes its own direction", async () => {
    await openChat([inbound({ text: "مرحبا" })]);
    expect(screen.getByText("مرحبا", WORDS).closest("[dir]")).toHaveAttribute("dir", "auto");
  });

  test("a kind of which nothing came says so, with its caption", async () => {
    await openChat([
      inbound({ type: "image", raw_type: "image", text: "Así llegó", occurred_at: ago(9) }),
      inbound({ type: "unknown", raw_type: "hologram", text: "" }),
    ]);
    const image = within(article("Así llegó"));
    expect(image.getByText("Imagen")).toBeVisible();
    expect(image.getByText("WhatsApp no dio más datos de este mensaje.")).toBeVisible();
    expect(screen.getByText("Mensaje de tipo «hologram»")).toBeVisible();
  });

  test("one that was long on its way is marked", async () => {
    await openChat([inbound({ text: "Tarde", is_late: true })]);
    expect(within(article("Tarde")).getByText("llegó tarde")).toBeVisible();
  });

  test("days are headed, and so are the unread", async () => {
    // Noon in Bogotá: just after midnight five minutes ago is yesterday, too.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-24T17:00:00Z") });
    await openChat([inbound({ text: "antes", occurred_at: ago(24 * 60) }), inbound({ text: "ahora" })], {
      unread_count: 1,
      assignee: BETO,
    });
    const feed = within(screen.getByRole("feed"));
    expect(feed.getByText("Ayer")).toBeVisible();
    expect(feed.getByText("Hoy")).toBeVisible();
    expect(feed.getByText("1 mensaje sin leer")).toBeVisible();
    expect(feed.getByText("Aquí empieza la conversación")).toBeVisible();
  });
});

describe("quotes", () => {
  const quote = {
    id: 70,
    direction: "inbound",
    type: "text",
    author_name: "Valentina Ríos",
    deleted_at: null,
  } as const;

  test("lead to the message they quote, which flashes", async () => {
    await openChat([
      inbound({ id: 70, text: "¿El azul?", occurred_at: ago(9) }),
      outbound({ text: "Sí, ese", reply_to: { ...quote, preview: "el *azul*, digo" } }),
    ]);
    await userEvent.click(screen.getByRole("button", { name: /el azul, digo/ }));
    expect(article("¿El azul?")).toHaveAttribute("data-flash");
  });

  test("of an unknown message say so", async () => {
    const unknown = { id: null, direction: null, type: null, author_name: "", preview: "", deleted_at: null };
    await openChat([inbound({ text: "este", reply_to: unknown })]);
    expect(within(article("este")).getByText("Mensaje no disponible")).toBeVisible();
  });

  test("of one further back load until it is there", async () => {
    const old = Array.from({ length: 120 }, (_, index) =>
      inbound({ id: 100 + index, text: `viejo ${index}`, occurred_at: ago(600 - index) }),
    );
    const answer = outbound({ text: "a ese", reply_to: { ...quote, id: 103, preview: "viejo 3" } });
    await openChat([...old, answer]);
    await userEvent.click(screen.getByRole("button", { name: /viejo 3/ }));
    await waitFor(() => expect(article("viejo 3")).toHaveAttribute("data-flash"));
  });
});

describe("what did not go well", () => {
  const attempts = vi.fn();
  beforeEach(() => {
    attempts.mockReset();
  });
  const listen = () =>
    server.use(
      http.post("/api/v1/messages/:id/attempts", async ({ request, params }) => {
        attempts(params.id, await request.json(), request.headers.get("Idempotency-Key"));
        return HttpResponse.json(outbound({ id: 80, text: "Va", status: "queued" }), { status: 201 });
      }),
    );

  test("a failed one says why and what to do, and goes again when asked", async () => {
    await openChat([outbound({ id: 80, text: "Va", status: "failed", error: ERROR })]);
    listen();
    const failed = within(article("Va"));
    expect(failed.getByText(/el número no tiene WhatsApp/)).toBeVisible();
    expect(failed.getByText(/Comprueba el número/)).toBeVisible();

    await userEvent.click(failed.getByRole("button", { name: "Reintentar" }));
    await waitFor(() =>
      expect(attempts).toHaveBeenCalledWith("80", { even_if_unconfirmed: false }, expect.any(String)),
    );
    expect(await within(article("Va")).findByRole("img", { name: "En cola" })).toBeVisible();
  });

  test("an unconfirmed one is explained, and goes again only after a warning", async () => {
    await openChat([outbound({ id: 80, text: "Va", status: "unknown" })]);
    listen();
    await userEvent.click(within(article("Va")).getByRole("button", { name: "Sin confirmar" }));
    expect(await screen.findByText("No sabemos si llegó")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Reenviar de todos modos" }));
    const dialog = within(await screen.findByRole("dialog", { name: "¿Reenviar este mensaje?" }));
    expect(dialog.getByText(/lo recibirá dos veces/)).toBeVisible();
    expect(attempts).not.toHaveBeenCalled();

    await userEvent.click(dialog.getByRole("button", { name: "Sí, reenviar" }));
    await waitFor(() =>
      expect(attempts).toHaveBeenCalledWith("80", { even_if_unconfirmed: true }, expect.any(String)),
    );
  });

  test("a second attempt that is refused is explained", async () => {
    await openChat([outbound({ id: 80, text: "Va", status: "failed", error: ERROR })]);
    server.use(http.post("/api/v1/messages/:id/attempts", refusal(409, "window_closed")));
    await userEvent.click(within(article("Va")).getByRole("button", { name: "Reintentar" }));
    expect(await screen.findByText("No se pudo reintentar el envío")).toBeVisible();
  });
});

describe("saying what was read", () => {
  const reads = vi.fn();
  const open = async (...[messages, fields]: Parameters<typeof openChat>) => {
    reads.mockReset();
    const model = await openChat(messages, fields);
    server.use(
      http.post("/api/v1/conversations/1/read", async ({ request }) => {
        reads(((await request.json()) as { through_message_id: number }).through_message_id);
        return HttpResponse.json(model.read(1));
      }),
    );
    return model;
  };
  const look = () =>
    act(() => {
      hasFocus.mockReturnValue(true);
      window.dispatchEvent(new Event("focus"));
    });

  test("waits until someone looks, and happens again for what comes then", async () => {
    const model = await open([inbound({ id: 90 })], { unread_count: 1 });
    expect(reads).not.toHaveBeenCalled();
    look();
    await waitFor(() => expect(reads).toHaveBeenCalledWith(90));

    const next = model.receive(1, "Otra cosa");
    await waitFor(() => expect(reads).toHaveBeenCalledWith(next.id));
    expect(reads).toHaveBeenCalledTimes(2);
  });

  test("is not for who only looks into a colleague's chat", async () => {
    const model = await open([inbound({ id: 90 })], { unread_count: 1, assignee: BETO });
    look();
    model.receive(1, "Otra cosa");
    await screen.findByText("Otra cosa", WORDS);
    expect(reads).not.toHaveBeenCalled();
  });
});

describe("the chat itself", () => {
  test("that is out of reach is explained calmly", async () => {
    const model = await openChat([inbound()]);
    act(() => model.hide(1));
    expect(await screen.findByText("Este chat ya no está a tu alcance")).toBeVisible();
  });

  test("that a colleague was quicker to take names them, and shows how it stands", async () => {
    await openChat([inbound()], { status: "unassigned", assignee: null });
    server.use(
      http.post(
        "/api/v1/conversations/1/assignment",
        refusal(409, "already_assigned", { assignee: BETO.name }),
      ),
    );
    await userEvent.click(screen.getByRole("button", { name: "Tomar chat" }));
    expect(await screen.findByText("Beto Quiroga tomó este chat primero.")).toBeVisible();
    expect(await screen.findByRole("button", { name: "Tomar chat" })).toBeVisible();
  });

  test("shows a change at once, and takes it back when no answer comes", async () => {
    await openChat([inbound()]);
    server.use(
      http.post("/api/v1/conversations/1/resolution", async () => {
        await delay(50);
        return HttpResponse.error();
      }),
      http.get("/api/v1/conversations/1", () => HttpResponse.error()),
    );
    await userEvent.click(screen.getByRole("button", { name: "Marcar como cerrado" }));
    expect(screen.getByRole("button", { name: "Reabrir" })).toBeVisible();
    expect(await screen.findByText("No se pudo cerrar el chat")).toBeVisible();
    expect(screen.getByRole("button", { name: "Marcar como cerrado" })).toBeVisible();
  });

  test("is taken, closed and opened again at once", async () => {
    await openChat([inbound()], { status: "unassigned", assignee: null });
    await userEvent.click(screen.getByRole("button", { name: "Tomar chat" }));
    await userEvent.click(await screen.findByRole("button", { name: "Marcar como cerrado" }));
    expect(screen.queryByRole("button", { name: "Tomar chat" })).toBeNull();
    await userEvent.click(await screen.findByRole("button", { name: "Reabrir" }));
    expect(await screen.findByRole("button", { name: "Marcar como cerrado" })).toBeVisible();
  });

  test("is given to a colleague who is looked for by name, and handed back", async () => {
    const model = await openChat([inbound()]);
    await userEvent.click(screen.getByRole("button", { name: "Atiende: Tú" }));
    const picker = within(await screen.findByRole("dialog", { name: "Asignar a" }));
    const search = await picker.findByPlaceholderText("Buscar persona…");
    await waitFor(() => expect(search).toHaveFocus());
    await userEvent.type(search, "nadie{Escape}");
    await waitFor(() => expect(screen.getByRole("button", { name: "Atiende: Tú" })).toHaveFocus());
    await userEvent.click(screen.getByRole("button", { name: "Atiende: Tú" }));
    await userEvent.type(await screen.findByPlaceholderText("Buscar persona…"), "beto");
    await userEvent.click(await screen.findByRole("option", { name: "Beto Quiroga" }));
    await waitFor(() => expect(model.conversations.get(1)?.assignee?.id).toBe(BETO.id));

    await userEvent.click(await screen.findByRole("button", { name: `Atiende: ${BETO.name}` }));
    await userEvent.click(await screen.findByRole("option", { name: "Devolver a la cola" }));
    await waitFor(() => expect(model.conversations.get(1)?.assignee).toBeNull());
  });

  test("shows that a colleague writes here too", async () => {
    await openChat([inbound()]);
    act(() => FakeSocket.last.say({ type: "signal", signal: "typing", conversation: 1, member: BETO }));
    expect(await screen.findByText("Beto Quiroga está escribiendo…")).toBeVisible();
  });
});

describe("the keyboard", () => {
  test("goes from message to message and answers one with R", async () => {
    await openChat([inbound({ text: "uno", occurred_at: ago(9) }), inbound({ text: "dos" })]);
    act(() => article("dos").focus());
    await userEvent.keyboard("{ArrowUp}");
    await waitFor(() => expect(article("uno")).toHaveFocus());
    await userEvent.keyboard("r");
    expect(await screen.findByText("Respondes a Valentina Ríos")).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Escribir un mensaje" })).toHaveFocus();
  });

  test("has one stop in the thread, at the newest message", async () => {
    await openChat([inbound({ text: "uno", occurred_at: ago(9) }), inbound({ text: "dos" })]);
    expect(article("dos")).toHaveAttribute("tabindex", "0");
    expect(article("uno")).toHaveAttribute("tabindex", "-1");
  });
});
