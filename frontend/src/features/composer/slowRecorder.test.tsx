import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { openApp, wholeClient } from "@/testing/app";
import { chat, inbound } from "@/testing/chat";

// As on a network that lets one wait.
vi.mock("./voice/VoiceRecorder", () => new Promise(() => {}));

wholeClient();

test("the recorder says that it is loading, and can be called off", async () => {
  openApp(chat([inbound()]), { path: "/o/tienda/chats/1" });
  await userEvent.click(await screen.findByRole("button", { name: "Notas de voz" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Grabar una nota de voz" }));
  expect(await screen.findByText("Cargando…")).toHaveAttribute("role", "status");
  await userEvent.click(screen.getByRole("button", { name: "Cancelar" }));
  expect(await screen.findByRole("textbox", { name: "Escribir un mensaje" })).toBeVisible();
});
