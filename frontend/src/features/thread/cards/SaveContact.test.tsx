import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { expect, test } from "vitest";

import { server, wholeClient } from "@/testing/app";
import { contact } from "@/testing/builders";
import { inbound, openChat, refusal } from "@/testing/chat";

wholeClient();

const card = (phones: { phone: string; type: string; wa_id: string }[]) =>
  inbound({
    type: "contacts",
    text: "",
    content: { contacts: [{ name: "Lucía Gómez", phones }] } as never,
  });
const LUCIA = card([
  { phone: "300 555 0199", type: "WORK", wa_id: "" },
  { phone: "+57 300 555 0111", type: "MOBILE", wa_id: "573005550111" },
]);
const save = async () => userEvent.click(await screen.findByRole("button", { name: "Guardar contacto" }));

test("a person of a card is saved by the number that WhatsApp knows", async () => {
  const asked: unknown[] = [];
  await openChat([LUCIA]);
  server.use(
    http.post("/api/v1/contacts", async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json(contact({ id: 77 }), { status: 201 });
    }),
  );
  await save();
  expect(await screen.findByText("Guardado en tus contactos")).toBeVisible();
  expect(asked).toEqual([{ name: "Lucía Gómez", phone: "+573005550111" }]);
  expect(screen.queryByRole("link", { name: "Ir al chat" })).toBeNull();
});

test("whoever is there already is led to, where the chat is the latest", async () => {
  await openChat([LUCIA]);
  const chats = [
    { id: 40, status: "closed" as const, last_activity_at: "2026-10-01T17:00:00Z" },
    { id: 44, status: "open" as const, last_activity_at: "2026-11-01T17:00:00Z" },
  ];
  server.use(
    http.post("/api/v1/contacts", refusal(409, "contact_exists", { contact: 77 })),
    http.get("/api/v1/contacts/77", () => HttpResponse.json(contact({ id: 77, conversations: chats }))),
  );
  await save();
  expect(await screen.findByText("Ya está en tus contactos")).toBeVisible();
  expect(screen.getByRole("link", { name: "Ir al chat" })).toHaveAttribute("href", "/o/tienda/chats/44");
});

test("one whose chats belong to a colleague is there already, without a way to them", async () => {
  await openChat([LUCIA]);
  server.use(
    http.post("/api/v1/contacts", refusal(409, "contact_exists", { contact: 77 })),
    http.get("/api/v1/contacts/77", refusal(404, "not_found")),
  );
  await save();
  expect(await screen.findByText("Ya está en tus contactos")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Ir al chat" })).toBeNull();
});

test("a refusal is told, and the button stays", async () => {
  await openChat([LUCIA]);
  server.use(http.post("/api/v1/contacts", refusal(422, "invalid")));
  await save();
  expect(await screen.findByText("No se pudo guardar el contacto")).toBeVisible();
  expect(screen.getByRole("button", { name: "Guardar contacto" })).toBeEnabled();
});

test("a card without a number offers nothing to save", async () => {
  await openChat([card([])]);
  expect(await screen.findByText("Sin número de teléfono")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Guardar contacto" })).toBeNull();
});
