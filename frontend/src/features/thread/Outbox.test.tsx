import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { expect, test, vi } from "vitest";

import { server, wholeClient } from "@/testing/app";
import { inbound, openChat, refusal } from "@/testing/chat";

wholeClient();

const SEND = "/api/v1/conversations/1/messages";
const article = (text: string) =>
  screen.getByText(text, { selector: "article [dir] > span" }).closest<HTMLElement>("article")!;
const box = () => screen.getByRole("textbox", { name: "Escribir un mensaje" });

test("a message is on screen with a clock before the server has answered", async () => {
  await openChat([inbound()]);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.use(http.post(SEND, () => held.then(() => undefined)));
  await userEvent.type(box(), "Ya te digo{Enter}");
  expect(within(article("Ya te digo")).getByRole("img", { name: /En cola|Enviando/ })).toBeVisible();
  const row = article("Ya te digo");
  answer();
  await waitFor(() => expect(screen.queryByText("Ya te digo", { selector: "[data-unsent] *" })).toBeNull());
  expect(article("Ya te digo").dataset.row).toBe(row.dataset.row);
});

test("while there is no answer it says that it goes on trying", async () => {
  await openChat([inbound()]);
  server.use(http.post(SEND, () => HttpResponse.error()));
  await userEvent.type(box(), "desde el ascensor{Enter}");
  expect(await screen.findByText("Sin respuesta del servidor: se reintenta solo")).toBeVisible();
});

test("one that was refused says why and can be sent again", async () => {
  const model = await openChat([inbound()]);
  server.use(http.post(SEND, refusal(403, "permission_denied"), { once: true }));
  await userEvent.type(box(), "A ver{Enter}");
  const failed = within(await screen.findByRole("alert"));
  expect(failed.getByText(/tu rol no permite hacer esto/)).toBeVisible();

  await userEvent.click(failed.getByRole("button", { name: "Reintentar" }));
  await waitFor(() => expect(model.messages.size).toBe(2));
  expect(screen.queryByRole("alert")).toBeNull();
});

test("one that was refused can be mended in the box, before what was begun there", async () => {
  await openChat([inbound()]);
  server.use(http.post(SEND, refusal(422, "invalid")));
  await userEvent.type(box(), "con un error{Enter}");
  const failed = within(await screen.findByRole("alert"));
  await userEvent.type(box(), "y algo más");
  await userEvent.click(failed.getByRole("button", { name: "Editar" }));
  expect(box()).toHaveValue("con un error\ny algo más");
  expect(box()).toHaveFocus();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("one that was refused can be given up", async () => {
  await openChat([inbound()]);
  server.use(http.post(SEND, refusal(422, "invalid")));
  await userEvent.type(box(), "mejor no{Enter}");
  await userEvent.click(within(await screen.findByRole("alert")).getByRole("button", { name: "Descartar" }));
  expect(screen.queryByText("mejor no")).toBeNull();
});

test("a refusal because of the window locks the box until the customer writes", async () => {
  const model = await openChat([inbound()]);
  server.use(http.post(SEND, refusal(409, "window_closed")));
  await userEvent.type(box(), "¿sigues ahí?{Enter}");
  expect(
    await screen.findByText(/Pasaron más de 24 horas desde el último mensaje de Valentina/),
  ).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Escribir un mensaje" })).toBeNull();

  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
  model.receive(1, "Aquí estoy", { occurred_at: new Date(Date.now() + 60_000).toISOString() });
  expect(await screen.findByRole("textbox", { name: "Escribir un mensaje" })).toBeVisible();
});
