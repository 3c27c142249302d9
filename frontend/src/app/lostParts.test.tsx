import { notifications } from "@mantine/notifications";
import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw/http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { openApp, server, wholeClient } from "@/testing/app";
import { chat, inbound } from "@/testing/chat";

// As when the network went before the quiet moment.
const lost = vi.hoisted(() => () => {
  throw new TypeError("Failed to fetch dynamically imported module");
});
vi.mock("./UnsentDialog", lost);
vi.mock("./NoticesView", lost);
vi.mock("@/features/thread/header/MemberPicker", lost);
vi.mock("@/i18n/en", lost);

wholeClient();

const submit = vi.fn();
beforeEach(() => {
  submit.mockReset();
  vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(submit);
});
afterEach(() => act(() => notifications.clean()));

test("a lost picker is closed, and a notice says so, though the corner of notices is lost too", async () => {
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  await userEvent.click(await screen.findByRole("button", { name: /^Atiende/ }));
  const notice = within(await screen.findByRole("alert"));
  expect(notice.getByText("No se pudo abrir")).toBeVisible();
  expect(screen.getByRole("textbox", { name: "Escribir un mensaje" })).toBeVisible();
  await userEvent.click(notice.getByRole("button", { name: "Cerrar" }));
  expect(screen.queryByText("No se pudo abrir")).toBeNull();
});

test("signing out with something unsent asks first, though the dialog is lost", async () => {
  const confirm = vi.spyOn(window, "confirm").mockReturnValueOnce(false).mockReturnValueOnce(true);
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  server.use(http.post("/api/v1/conversations/1/messages", () => new Promise<undefined>(() => {})));
  await userEvent.type(
    await screen.findByRole("textbox", { name: "Escribir un mensaje" }),
    "todavía no sale{Enter}",
  );
  const leave = async () => {
    await userEvent.click(await screen.findByRole("button", { name: /^Tu cuenta/ }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Cerrar sesión" }));
  };
  await leave();
  await vi.waitFor(() => expect(confirm).toHaveBeenCalledOnce());
  expect(confirm.mock.lastCall?.[0]).toMatch(
    /Tienes mensajes sin enviar[\s\S]*1 mensaje[\s\S]*¿Descartar y cerrar sesión\?/,
  );
  expect(submit).not.toHaveBeenCalled();
  await leave();
  await vi.waitFor(() => expect(submit).toHaveBeenCalledOnce());
});

test("a language whose texts are lost is said to be, and the page goes on in the one that it has", async () => {
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  await userEvent.click(await screen.findByRole("button", { name: /^Tu cuenta/ }));
  await userEvent.click(await screen.findByRole("menuitemradio", { name: "English" }));
  expect(await screen.findByText("No se pudo cargar el idioma")).toBeVisible();
  expect(document.documentElement.lang).toBe("es");
});
