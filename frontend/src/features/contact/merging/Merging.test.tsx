import { notifications } from "@mantine/notifications";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { afterEach, expect, test } from "vitest";

import { openApp, server, wholeClient } from "@/testing/app";
import { conversation, proposal } from "@/testing/builders";
import { chat, inbound, refusal } from "@/testing/chat";

wholeClient();

afterEach(() => act(() => notifications.clean()));

const TWIN = { id: 502, name: "Valen", phone: null, username: "valen.rios" };

const VALENTINA = { id: 501, name: "Valentina Ríos", phone: "+573005550101", username: null };
const person = (fields: { id: number; name: string; phone: string | null; username: string | null }) => ({
  profile_name: fields.name,
  created_at: "2026-11-01T12:00:00Z",
  ...fields,
});

function openThread(path: string) {
  const model = chat([inbound()]);
  model.add(conversation({ id: 2, contact: TWIN, window_closes_at: null }), [
    inbound({ id: 70, conversation_id: 2, text: "soy yo, con otro número" }),
  ]);
  const asked = proposal({
    id: 9,
    contact: person(VALENTINA),
    other: person(TWIN),
  });
  model.proposals.set(asked.id, asked);
  openApp(model, { path });
  return model;
}

async function openTwins(path = "/o/tienda/chats/1") {
  const model = openThread(path);
  await userEvent.click(await screen.findByRole("button", { name: "Mostrar los datos del contacto" }));
  const panel = within(await screen.findByRole("complementary", { name: "Datos del contacto" }));
  return { model, panel };
}

const review = async () => {
  await userEvent.click(await screen.findByRole("button", { name: "Revisar" }));
  return within(await screen.findByRole("dialog", { name: "¿Son la misma persona?" }));
};

test.each([
  ["/o/tienda/chats/1", "Valen"],
  ["/o/tienda/chats/2", "Valentina Ríos"],
])("both of the two name the other one: %s", async (path, twin) => {
  const { panel } = await openTwins(path);
  expect(await panel.findByText(`Parece ser la misma persona que ${twin}`)).toBeVisible();
  expect(panel.getByText("Uno de los dos cambió de número, y el nuevo es el del otro.")).toBeVisible();
});

test("whoever does not see the contact's panel is told above the messages, and once", async () => {
  const model = openThread("/o/tienda/chats/2");
  const bar = within(await screen.findByRole("region", { name: "Contacto repetido" }));
  expect(bar.getByText("Parece ser la misma persona que Valentina Ríos")).toBeVisible();
  await userEvent.click(await screen.findByRole("button", { name: "Mostrar los datos del contacto" }));
  const panel = within(await screen.findByRole("complementary", { name: "Datos del contacto" }));
  expect(await panel.findByRole("region", { name: "Contacto repetido" })).toBeVisible();
  expect(screen.getAllByRole("region", { name: "Contacto repetido" })).toHaveLength(1);
  await userEvent.click(panel.getByRole("button", { name: "Ocultar los datos del contacto" }));
  const dialog = await review();
  await userEvent.click(dialog.getByRole("button", { name: "No son la misma persona" }));
  await waitFor(() => expect(screen.queryByRole("region", { name: "Contacto repetido" })).toBeNull());
  expect(model.proposals.get(9)).toMatchObject({ state: "dismissed" });
});

test("of two with one name the other one is named by number", async () => {
  const model = openThread("/o/tienda/chats/2");
  await screen.findByText("Parece ser la misma persona que Valentina Ríos");
  const asked = model.proposals.get(9)!;
  model.propose({ ...asked, other: { ...asked.other, name: "Valentina Ríos" } });
  expect(await screen.findByText("Parece ser la misma persona que +57 300 555 0101")).toBeVisible();
});

test("two with one name are told apart by number and username, before and after", async () => {
  const { model, panel } = await openTwins();
  await panel.findByText("Parece ser la misma persona que Valen");
  const asked = model.proposals.get(9)!;
  model.propose({ ...asked, contact: { ...asked.contact, name: "Valen" } });
  const dialog = await review();
  expect(
    await dialog.findByText(/de «Valen \(@valen\.rios\)» pasan a «Valen \(\+57 300 555 0101\)»/),
  ).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Unir" }));
  expect(await screen.findByText(/de «Valen \(@valen\.rios\)» está en «Valen \(\+57/)).toBeVisible();
  expect(await panel.findByText(/Se unió con «Valen \(@valen\.rios\)»/)).toBeVisible();
});

test("says what becomes of whom, merges, and can be taken back", async () => {
  const { model, panel } = await openTwins();
  const dialog = await review();
  expect(dialog.getByText("@valen.rios")).toBeVisible();
  expect(dialog.getByText(/de «Valen» pasan a «Valentina Ríos»/)).toBeVisible();
  await userEvent.click(dialog.getByRole("radio", { name: "Valen" }));
  expect(dialog.getByText(/de «Valentina Ríos» pasan a «Valen»/)).toBeVisible();
  await userEvent.click(dialog.getByRole("radio", { name: "Valentina Ríos" }));
  await userEvent.click(dialog.getByRole("button", { name: "Unir" }));

  expect(await screen.findByText("Ahora son un solo contacto")).toBeVisible();
  expect(model.proposals.get(9)).toMatchObject({ state: "merged", kept: 501 });
  expect(panel.queryByText(/Parece ser la misma persona/)).toBeNull();
  expect(await screen.findByText("soy yo, con otro número")).toBeVisible();

  expect(await panel.findByText(/Se unió con «Valen»/)).toBeVisible();
  await userEvent.click(panel.getByRole("button", { name: "Deshacer" }));
  expect(await screen.findByText("Vuelven a ser dos contactos")).toBeVisible();
  await waitFor(() => expect(panel.queryByText(/Se unió con/)).toBeNull());
});

test("two people are not asked about again", async () => {
  const { model, panel } = await openTwins();
  const dialog = await review();
  await userEvent.click(dialog.getByRole("button", { name: "No son la misma persona" }));
  await waitFor(() => expect(panel.queryByText(/Parece ser la misma persona/)).toBeNull());
  expect(model.proposals.get(9)).toMatchObject({ state: "dismissed" });
});

test("a refusal is explained, and the question stays", async () => {
  await openTwins();
  server.use(http.post("/api/v1/merge-proposals/9/acceptance", refusal(409, "not_mergeable")));
  const dialog = await review();
  await userEvent.click(dialog.getByRole("button", { name: "Unir" }));
  expect(await dialog.findByText("Estos contactos ya no se pueden unir.")).toBeVisible();
  expect(dialog.getByRole("button", { name: "Unir" })).toBeEnabled();
});

test("whoever looks at the chat that goes is led to the one that stays, with what was being written", async () => {
  const { model } = await openTwins("/o/tienda/chats/2");
  await screen.findByText("soy yo, con otro número");
  model.receive(2, "¿siguen ahí?");
  await userEvent.type(await screen.findByRole("textbox", { name: "Escribir un mensaje" }), "claro que sí");
  model.decide(9, 501);
  await waitFor(() => expect(window.location.pathname).toBe("/o/tienda/chats/1"));
  expect(await screen.findByText("soy yo, con otro número")).toBeVisible();
  expect(await screen.findByRole("textbox", { name: "Escribir un mensaje" })).toHaveValue("claro que sí");
});

test("an address of a chat that has gone leads to the one that it is part of now", async () => {
  const { model } = await openTwins("/o/tienda/chats/1");
  model.listeners.clear();
  model.decide(9, 501);
  act(() => window.history.pushState(null, "", "/o/tienda/chats/2"));
  await waitFor(() => expect(window.location.pathname).toBe("/o/tienda/chats/1"));
});

test("a reply that a reload finds unsent for a chat that has gone leaves for its customer", async () => {
  const model = chat([inbound()]);
  model.add(conversation({ id: 2, contact: TWIN, window_closes_at: null }));
  const first = openApp(model, { path: "/o/tienda/chats/1" });
  server.use(http.post("/api/v1/conversations/:id/messages", () => HttpResponse.error()));
  await userEvent.type(
    await screen.findByRole("textbox", { name: "Escribir un mensaje" }),
    "te lo aparto{Enter}",
  );
  first.unmount();
  model.listeners.clear();
  server.resetHandlers();
  model.proposals.set(9, proposal({ id: 9, contact: person(TWIN), other: person(VALENTINA) }));
  model.decide(9, 502);
  openApp(model, { path: "/o/tienda/chats/2" });
  await waitFor(() => expect([...model.messages.values()].at(-1)?.text).toBe("te lo aparto"));
  expect([...model.messages.values()].at(-1)?.conversation_id).toBe(2);
});
