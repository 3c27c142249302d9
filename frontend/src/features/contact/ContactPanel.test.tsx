import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { beforeEach, expect, test } from "vitest";

import type { Contact, Conversation } from "@/api";
import { openApp, server, wholeClient } from "@/testing/app";
import { chat, inbound, refusal } from "@/testing/chat";

wholeClient();
beforeEach(() => window.localStorage.setItem("bandeja.contact-panel", "open"));

async function openPanel(fields: Partial<Contact> = {}, row: Partial<Conversation> = {}) {
  const model = chat([inbound()], row);
  const known = [...model.contacts.values()][0]!;
  model.contacts.set(known.id, { ...known, ...fields });
  openApp(model, { path: "/o/tienda/chats/1" });
  if (!screen.queryByRole("complementary", { name: "Datos del contacto" }))
    await userEvent.click(await screen.findByRole("button", { name: "Mostrar los datos del contacto" }));
  return within(await screen.findByRole("complementary", { name: "Datos del contacto" }));
}

test("shows who the customer is and copies their number", async () => {
  const user = userEvent.setup();
  const panel = await openPanel({ profile_name: "Vale ✨", username: "vale.rios" });
  expect(await panel.findByText("Vale ✨")).toBeVisible();
  expect(panel.getByText("@vale.rios")).toBeVisible();
  expect(panel.getByText("+57 300 555 0101")).toBeVisible();
  await user.click(panel.getByRole("button", { name: "Copiar el teléfono" }));
  expect(await navigator.clipboard.readText()).toBe("+573005550101");
  expect(await panel.findByText("Copiado")).toBeInTheDocument();
});

test("lists identities that say more than the number, and other conversations", async () => {
  const panel = await openPanel({
    identities: [
      { kind: "phone", value: "573005550101" },
      { kind: "phone", value: "573005550177" },
      { kind: "bsuid", value: "CO.1A2B3C" },
    ],
    conversations: [
      { id: 1, status: "open", last_activity_at: "2026-11-20T17:00:00Z" },
      { id: 44, status: "closed", last_activity_at: "2026-10-01T17:00:00Z" },
    ],
  });
  expect(await panel.findByText("CO.1A2B3C")).toBeVisible();
  expect(panel.getByText("+57 300 555 0177")).toBeVisible();
  expect(panel.getAllByText("+57 300 555 0101")).toHaveLength(1);
  expect(panel.getByRole("link", { name: /Cerrado/ })).toHaveAttribute("href", "/o/tienda/chats/44");
});

test("someone without a number is no riddle", async () => {
  const contact = { id: 501, name: "", phone: null, username: "sol.de.mayo" };
  const panel = await openPanel(
    { name: "", phone: null, username: "sol.de.mayo", profile_name: "" },
    { contact },
  );
  expect(await panel.findByText("Sin teléfono: escribe con su nombre de usuario")).toBeVisible();
  expect(panel.getByText("@sol.de.mayo")).toBeVisible();
});

test("that cannot be loaded says so and tries again", async () => {
  const model = chat([inbound()]);
  openApp(model, { path: "/o/tienda/chats/1" });
  server.use(http.get("/api/v1/contacts/:id", refusal(403, "permission_denied")));
  await userEvent.click(await screen.findByRole("button", { name: "Mostrar los datos del contacto" }));
  expect(await screen.findByText("Este contacto ya no está a tu alcance")).toBeVisible();
});

test("offers to try again when the server fails", async () => {
  const model = chat([inbound()]);
  openApp(model, { path: "/o/tienda/chats/1" });
  server.use(http.get("/api/v1/contacts/:id", () => HttpResponse.json({}, { status: 422 })));
  await userEvent.click(await screen.findByRole("button", { name: "Mostrar los datos del contacto" }));
  const panel = within(await screen.findByRole("complementary", { name: "Datos del contacto" }));
  expect(await panel.findByText("No se pudieron cargar los datos del contacto")).toBeVisible();
  server.resetHandlers();
  server.use(http.get("/api/v1/contacts/:id", () => HttpResponse.json(model.contacts.get(501)!)));
  await userEvent.click(panel.getByRole("button", { name: "Reintentar" }));
  await waitFor(() => expect(panel.getByText("+57 300 555 0101")).toBeVisible());
});
