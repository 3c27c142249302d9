import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw/http";
import { describe, expect, test } from "vitest";

import { openApp, server, wholeClient } from "@/testing/app";
import { conversation } from "@/testing/builders";
import { chat, inbound, refusal } from "@/testing/chat";

wholeClient();

const LINA = { id: 502, name: "Lina Mora", phone: "+573005550102", username: null };

/** A page that was left with a reply to Valentina that the server had refused. */
async function leftBehind() {
  const model = chat([inbound()]);
  model.add(conversation({ id: 2, contact: LINA }), [inbound({ conversation_id: 2 })]);
  const page = openApp(model, { path: "/o/tienda/chats/1" });
  server.use(http.post("/api/v1/conversations/1/messages", refusal(409, "not_retryable")));
  const box = await screen.findByRole("textbox", { name: "Escribir un mensaje" });
  await userEvent.type(box, "te lo aparto{Enter}");
  await screen.findByText("No se envió");
  return { model, page };
}

const notice = async () => within((await screen.findByText("1 mensaje no salió")).closest("div")!);

describe("a reply that has failed", () => {
  test("is shown after a reload in the chat that its own one has become part of", async () => {
    const { model, page } = await leftBehind();
    page.unmount();
    model.listeners.clear();
    model.hide(1);
    model.moved.set(1, 2);
    openApp(model, { path: "/o/tienda/chats/2" });
    expect(await within(await screen.findByRole("feed")).findByText("te lo aparto")).toBeVisible();
    expect(screen.queryByText("1 mensaje no salió")).toBeNull();
  });

  test("is shown apart after a reload where its chat is out of reach, until it is discarded", async () => {
    const { model, page } = await leftBehind();
    page.unmount();
    model.listeners.clear();
    model.hide(1);
    openApp(model, { path: "/o/tienda/chats/2" });
    expect((await notice()).getByText("te lo aparto")).toBeVisible();
    await userEvent.click((await notice()).getByRole("button", { name: "Descartar este mensaje" }));
    await waitFor(() => expect(screen.queryByText("1 mensaje no salió")).toBeNull());
    expect(Object.keys(window.localStorage).filter((key) => key.includes("outbox"))).toEqual([]);
  });

  test("is shown apart as soon as its chat is taken away", async () => {
    const { model } = await leftBehind();
    model.hide(1);
    expect((await notice()).getByText("te lo aparto")).toBeVisible();
  });
});
