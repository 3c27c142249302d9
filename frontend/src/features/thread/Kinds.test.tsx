import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { server, wholeClient } from "@/testing/app";
import { ANA, attachment } from "@/testing/builders";
import { ago, inbound, openChat, outbound, refusal } from "@/testing/chat";
import { everyKind } from "@/testing/mock/kinds";
import { ATTACKS, expectInert } from "@/testing/xss";

wholeClient();

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(false);
});

const rows = () => screen.getAllByRole("article");
const row = () => within(rows().at(-1)!);
const WHO = { conversation_id: 1, author: { kind: "contact", id: 501, name: "Valentina Ríos" } } as const;

describe("files", () => {
  test("a picture keeps its room before it comes, and is described by its caption", async () => {
    await openChat([
      inbound({ type: "image", text: "Así llegó", attachments: [attachment({ width: 900, height: 1600 })] }),
    ]);
    const button = row().getByTitle("Ver la imagen en grande");
    expect(button.style.width).toBe("203px");
    expect(button.style.aspectRatio).toBe("203 / 360");
    expect(within(button).getByAltText("Así llegó")).toHaveAttribute(
      "src",
      expect.stringContaining("thumbnail"),
    );
  });

  test("a picture is seen large, with those before and after, by the keyboard too", async () => {
    const pictures = [1, 2, 3].map((id) =>
      inbound({
        type: "image",
        text: `foto ${id}`,
        occurred_at: ago(10 - id),
        attachments: [attachment({ id })],
      }),
    );
    await openChat(pictures);
    const opener = screen.getAllByTitle("Ver la imagen en grande")[1]!;
    await userEvent.click(opener);
    const box = within(await screen.findByRole("dialog", { name: "Imagen en grande" }));
    expect(box.getByText("2 de 3")).toBeVisible();
    expect(box.getByRole("link", { name: "Descargar" })).toHaveAttribute(
      "href",
      expect.stringContaining("/2/"),
    );
    await userEvent.keyboard("{ArrowRight}");
    expect(box.getByText("3 de 3")).toBeVisible();
    expect(box.getByRole("button", { name: "Siguiente" })).toBeDisabled();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(box.getByText("1 de 3")).toBeVisible();
    await userEvent.keyboard("+");
    expect(box.getByRole("button", { name: "Alejar" })).toBeEnabled();
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    await waitFor(() => expect(opener).toHaveFocus());
  });

  test("a document says what it is and is saved by a click", async () => {
    const file = attachment({
      kind: "document",
      file_name: "Factura 12.pdf",
      mime_type: "application/pdf",
      size_bytes: 1_240_000,
    });
    await openChat([outbound({ type: "document", text: "", attachments: [file] })]);
    const link = row().getByRole("link", { name: "Descargar Factura 12.pdf" });
    expect(link).toHaveAttribute("download", "Factura 12.pdf");
    expect(link).toHaveTextContent("PDF · 1,2 MB");
  });

  test("one that is on its way says so; one that cannot be had says why and is asked for again", async () => {
    const asked = vi.fn();
    const gone = { code: "gone", title: { es: "El archivo ya no está en WhatsApp.", en: "Gone." } };
    const file = attachment({ id: 9, state: "failed", url: null, thumbnail_url: null, failure: gone });
    await openChat([inbound({ type: "image", text: "", attachments: [file] })]);
    server.use(
      http.post("/api/v1/attachments/:id/fetch", ({ params }) => {
        asked(params.id);
        return HttpResponse.json({ ...file, state: "waiting" });
      }),
    );
    expect(row().getByText("El archivo ya no está en WhatsApp.")).toBeVisible();
    await userEvent.click(row().getByRole("button", { name: "Intentar de nuevo" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("9"));
    expect(await row().findByText("Descargando la imagen…")).toBeVisible();
  });

  test("one whose next try may be far away can be asked for at once", async () => {
    const asked = vi.fn();
    const cut = { code: "broken", title: { es: "La descarga se cortó a medias.", en: "Broken off." } };
    const file = attachment({ id: 9, state: "waiting", url: null, thumbnail_url: null, failure: cut });
    await openChat([inbound({ type: "image", text: "", attachments: [file] })]);
    server.use(
      http.post("/api/v1/attachments/:id/fetch", ({ params }) => {
        asked(params.id);
        return HttpResponse.json({ ...file, failure: null });
      }),
    );
    expect(row().getByText("La imagen aún no llega")).toBeVisible();
    expect(row().getByText("La descarga se cortó a medias. Se reintenta solo.")).toBeVisible();
    await userEvent.click(row().getByRole("button", { name: "Intentar ahora" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("9"));
    expect(await row().findByText("Descargando la imagen…")).toBeVisible();
    expect(row().queryByRole("button", { name: "Intentar ahora" })).toBeNull();
  });

  test("what has become of a try is not hidden by the answer that it is under way", async () => {
    const cut = { code: "broken", title: { es: "La descarga se cortó a medias.", en: "Broken off." } };
    const file = attachment({ id: 9, state: "waiting", url: null, thumbnail_url: null, failure: cut });
    const model = await openChat([inbound({ id: 70, type: "image", text: "", attachments: [file] })]);
    const answered = vi.fn();
    server.use(
      http.post("/api/v1/attachments/:id/fetch", () => {
        // It has failed once more before the answer is there.
        act(() => void model.update(70, { attachments: [{ ...file, failure: null }] }));
        act(() => void model.update(70, { attachments: [file] }));
        answered();
        return HttpResponse.json({ ...file, failure: null });
      }),
    );
    await userEvent.click(row().getByRole("button", { name: "Intentar ahora" }));
    await waitFor(() => expect(answered).toHaveBeenCalled());
    await waitFor(() => expect(row().getByRole("button", { name: "Intentar ahora" })).toBeEnabled());
    expect(row().queryByText("Descargando la imagen…")).toBeNull();
  });

  test("what the next try would find just the same is not asked for again", async () => {
    const large = { code: "too_large", title: { es: "Pesa más de 100 MB.", en: "Too large." } };
    const file = attachment({ kind: "video", state: "failed", url: null, failure: large });
    await openChat([inbound({ type: "video", text: "", attachments: [file] })]);
    expect(row().getByText("Pesa más de 100 MB.")).toBeVisible();
    expect(row().queryByRole("button", { name: "Intentar de nuevo" })).toBeNull();
  });

  test("the file shows as soon as it is there", async () => {
    const waiting = attachment({ id: 9, state: "waiting", url: null, thumbnail_url: null });
    const model = await openChat([inbound({ id: 70, type: "image", text: "", attachments: [waiting] })]);
    expect(row().getByText("Descargando la imagen…")).toBeVisible();
    act(() => void model.update(70, { attachments: [attachment({ id: 9 })] }));
    expect(await row().findByTitle("Ver la imagen en grande")).toBeVisible();
  });
});

describe("changes", () => {
  test("an edited message shows what it said before", async () => {
    await openChat([inbound({ id: 70, text: "el jueves", edited_at: ago(1) })]);
    server.use(
      http.get("/api/v1/messages/70/edits", () =>
        HttpResponse.json({
          results: [{ text: "el *miércoles*", edited_at: ago(1) }],
          next: null,
          previous: null,
        }),
      ),
    );
    await userEvent.click(row().getByRole("button", { name: "editado" }));
    expect(await screen.findByText("Antes decía")).toBeVisible();
    expect(screen.getByText("miércoles").tagName).toBe("STRONG");
  });

  test("a deletion takes the words away at once, from quotes too", async () => {
    const quote = {
      id: 70,
      direction: "inbound",
      type: "text",
      author_name: "Valentina Ríos",
      preview: "mi clave es 123",
      deleted_at: null,
    } as const;
    const model = await openChat([
      inbound({ id: 70, text: "mi clave es 123", occurred_at: ago(9) }),
      outbound({ text: "Bórralo, por favor", reply_to: quote }),
    ]);
    act(() => model.erase(70));
    await waitFor(() => expect(screen.queryByText(/mi clave/)).toBeNull());
    expect(screen.getAllByText("Este mensaje fue eliminado").length).toBeGreaterThanOrEqual(2);
    expect(within(rows()[0]!).queryByRole("button", { name: /Responder|Reaccionar/ })).toBeNull();
  });

  test("what came from the phone says so instead of naming nobody", async () => {
    await openChat([
      outbound({ text: "desde la tienda", origin: "phone", author: { kind: "system", id: null, name: "" } }),
    ]);
    expect(row().getByText("Desde el teléfono")).toBeVisible();
    expect(row().queryByText("Automático")).toBeNull();
  });
});

describe("reactions", () => {
  const react = vi.fn();
  const listen = (status = 200) =>
    server.use(
      http.put("/api/v1/messages/:id/reaction", async ({ request, params }) => {
        react(params.id, await request.json());
        if (status !== 200) return refusal(status, "window_closed")();
        return HttpResponse.json(
          inbound({ id: 70, text: "Gracias", reactions: [{ side: "us", emoji: "❤️", member: ANA }] }),
        );
      }),
      http.delete("/api/v1/messages/:id/reaction", ({ params }) => {
        react(params.id, null);
        return HttpResponse.json(inbound({ id: 70, text: "Gracias" }));
      }),
    );
  beforeEach(() => void react.mockReset());

  test("are given by the button, shown at once, and say who", async () => {
    await openChat([inbound({ id: 70, text: "Gracias" })]);
    listen();
    await userEvent.click(row().getByRole("button", { name: "Reaccionar a este mensaje" }));
    const menu = within(await screen.findByRole("dialog", { name: "Elige una reacción" }));
    await userEvent.click(menu.getByRole("button", { name: "❤️" }));
    expect(row().getByRole("button", { name: "Reaccionaste ❤️" })).toBeVisible();
    await waitFor(() => expect(react).toHaveBeenCalledWith("70", { emoji: "❤️" }));
  });

  test("are taken back by choosing the same again", async () => {
    await openChat([
      inbound({ id: 70, text: "Gracias", reactions: [{ side: "us", emoji: "👍", member: ANA }] }),
    ]);
    listen();
    await userEvent.click(row().getByRole("button", { name: "Reaccionaste 👍" }));
    await userEvent.click(await screen.findByRole("button", { name: "Quitar 👍" }));
    await waitFor(() => expect(react).toHaveBeenCalledWith("70", null));
    expect(row().queryByText("👍")).toBeNull();
  });

  test("that are refused are taken back and explained", async () => {
    await openChat([inbound({ id: 70, text: "Gracias" })]);
    listen(409);
    await userEvent.click(row().getByRole("button", { name: "Reaccionar a este mensaje" }));
    await userEvent.click(await screen.findByRole("button", { name: "😂" }));
    expect(await screen.findByText("No se pudo guardar la reacción")).toBeVisible();
    await waitFor(() => expect(row().queryByText("😂")).toBeNull());
  });

  test("open with E, and Escape leads back to the message", async () => {
    await openChat([inbound({ id: 70, text: "Gracias" })]);
    act(() => rows().at(-1)!.focus());
    await userEvent.keyboard("e");
    expect(await screen.findByRole("dialog", { name: "Elige una reacción" })).toBeVisible();
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("cannot be given when the window is closed, but be looked at", async () => {
    await openChat(
      [inbound({ text: "Gracias", reactions: [{ side: "contact", emoji: "🙏", member: null }] })],
      {
        window_closes_at: ago(120),
        last_inbound_at: ago(26 * 60),
      },
    );
    expect(row().queryByRole("button", { name: "Reaccionar a este mensaje" })).toBeNull();
    await userEvent.click(row().getByRole("button", { name: "Valentina Ríos reaccionó 🙏" }));
    const menu = within(await screen.findByRole("dialog", { name: "Elige una reacción" }));
    expect(menu.queryByRole("button", { name: "👍" })).toBeNull();
  });
});

describe("all kinds together", () => {
  test("break no rule of accessibility", async () => {
    await openChat(everyKind(WHO, Date.now()));
    await screen.findByText("Formulario respondido");
    const { violations } = await axe.run(screen.getByRole("feed"), {
      // jsdom paints nothing: contrast is looked at in Chromium.
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  test("show the place, people, order and answers of a customer", async () => {
    await openChat(everyKind(WHO, Date.now()));
    expect(await screen.findByRole("link", { name: "Abrir en el mapa" })).toHaveAttribute("target", "_blank");
    expect(screen.getByText("Lucía Gómez")).toBeVisible();
    expect(screen.getByText("$299.800,50 COP")).toBeVisible();
    expect(screen.getByText("$25 USD", { selector: "dd *" })).toBeVisible();
    expect(screen.getByText("Acepta terminos")).toBeVisible();
    expect(screen.getByText("Mensaje no disponible aquí")).toBeVisible();
    expect(screen.getByText("Mensaje no compatible: encuesta")).toBeVisible();
    expect(screen.getByText("Mensaje de tipo «event_invite»")).toBeVisible();
    expect(screen.getByText(/cambió de número: de \+57 300 555 0101/)).toBeVisible();
    expect(screen.getByText("Reenviado muchas veces")).toBeVisible();
    expect(screen.getByText("Llegó por un anuncio")).toBeVisible();
  });
});

/** Put a text into every string that a message holds. */
function poisoned<T>(value: T, text: string, keep: ReadonlySet<string>): T {
  if (Array.isArray(value)) return value.map((one) => poisoned(one, text, keep)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    if (keep.has(key)) return [key, one];
    return [key, typeof one === "string" ? text : poisoned(one, text, keep)];
  });
  return Object.fromEntries(entries) as T;
}

// What the server alone writes, never a customer.
const OURS = new Set([
  "id",
  "type",
  "direction",
  "status",
  "state",
  "kind",
  "side",
  "occurred_at",
  "created_at",
  "edited_at",
  "deleted_at",
  "sent_at",
  "delivered_at",
  "read_at",
  "forwarded",
  "origin",
  "price",
  "quantity",
  "amount",
  "url",
  "thumbnail_url",
  "playable_url",
  "client_id",
]);

test.each(ATTACKS)("%j is inert in every field of every kind", async (attack) => {
  const messages = everyKind(WHO, Date.now()).map((one) => poisoned(one, attack, OURS));
  await openChat(messages);
  await waitFor(() => expect(rows().length).toBeGreaterThan(10));
  expectInert(screen.getByRole("feed"));
});
