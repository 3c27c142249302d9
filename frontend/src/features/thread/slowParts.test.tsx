import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { openApp, wholeClient } from "@/testing/app";
import { attachment } from "@/testing/builders";
import { chat, inbound } from "@/testing/chat";

// As on a network that lets one wait.
const slow = vi.hoisted(() => () => new Promise(() => {}));
vi.mock("./lightbox/Lightbox", slow);
vi.mock("./header/MemberPicker", slow);

wholeClient();

test("a picture that is to be seen large says that it is loading, and Escape calls it off", async () => {
  openApp(chat([inbound({ type: "image", attachments: [attachment()] })]), { path: "/o/tienda/chats/1" });
  const opener = await screen.findByTitle("Ver la imagen en grande");
  await userEvent.click(opener);
  const sign = await screen.findByText("Cargando…");
  expect(sign).toHaveAttribute("role", "status");
  await userEvent.keyboard("{Escape}");
  expect(sign).not.toBeInTheDocument();
  expect(opener).toHaveFocus();
});

test("the menu of those who can be given the chat says that it is loading", async () => {
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  await userEvent.click(await screen.findByRole("button", { name: /^Atiende/ }));
  const menu = await screen.findByRole("dialog", { name: "Asignar a" });
  await waitFor(() => expect(menu).toHaveTextContent("Cargando…"));
});
