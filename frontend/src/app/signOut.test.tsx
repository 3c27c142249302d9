import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw/http";
import { beforeEach, expect, test, vi } from "vitest";

import { openApp, server, wholeClient } from "@/testing/app";
import { chat, inbound } from "@/testing/chat";

wholeClient();

const submit = vi.fn();
beforeEach(() => {
  submit.mockReset();
  vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(submit);
});

const kept = () => Object.keys(window.localStorage).filter((name) => /draft|outbox/.test(name));

async function write(text: string) {
  await userEvent.type(await screen.findByRole("textbox", { name: "Escribir un mensaje" }), text);
}

async function signOut() {
  await userEvent.click(await screen.findByRole("button", { name: /^Tu cuenta/ }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Cerrar sesión" }));
}

test("takes what was begun along, to its last letter", async () => {
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  await write("a medias");
  await signOut();
  expect(submit).toHaveBeenCalledOnce();
  window.dispatchEvent(new Event("pagehide"));
  expect(kept()).toEqual([]);
});

test("asks first where messages wait, also in another organisation, and takes them along", async () => {
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  server.use(http.post("/api/v1/conversations/1/messages", () => new Promise<undefined>(() => {})));
  window.localStorage.setItem("bandeja.outbox.otra.1.abc", "{}");
  window.localStorage.setItem("bandeja.outbox.otra.2.def", "{}");
  await write("todavía no sale{Enter}");
  await signOut();
  const dialog = within(await screen.findByRole("dialog", { name: "Tienes mensajes sin enviar" }));
  expect(submit).not.toHaveBeenCalled();
  expect(dialog.getByText(/^2 mensajes aún no han salido/)).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Descartar y cerrar sesión" }));
  expect(submit).toHaveBeenCalledOnce();
  expect(kept()).toEqual([]);
});
