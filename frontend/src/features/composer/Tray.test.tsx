import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { openApp, wholeClient } from "@/testing/app";
import { conversation, proposal } from "@/testing/builders";
import { ago, chat, inbound } from "@/testing/chat";

wholeClient();

let held: (() => void)[];

beforeEach(() => {
  URL.createObjectURL = vi.fn((file: Blob) => `blob:${(file as File).name}`);
  URL.revokeObjectURL = vi.fn();
  held = [];
  vi.stubGlobal(
    "Image",
    class {
      onload: (() => void) | null = null;
      set src(_url: string) {
        held.push(() => this.onload?.());
      }
    },
  );
});

const LINA = { id: 502, name: "Lina Mora", phone: "+573005550102", username: null };
const picture = (name: string) => new File(["x"], name, { type: "image/png" });
const input = async () => {
  await screen.findByRole("button", { name: "Archivos" });
  return screen.getByTestId<HTMLInputElement>("file-input");
};
const tray = () => screen.findByRole("list", { name: /por enviar/ });
const begun = (count: number) => waitFor(() => expect(held).toHaveLength(count));
const measured = () =>
  act(async () => {
    for (const tell of held.splice(0)) tell();
  });
const look = async (name: RegExp) => {
  await userEvent.click(await screen.findByRole("link", { name }));
  await input();
};

function openTwo() {
  const model = chat([inbound()]);
  model.add(conversation({ id: 2, contact: LINA, last_inbound_at: ago(5), window_closes_at: ago(-600) }), [
    inbound({ conversation_id: 2, text: "¿Hay talla M?" }),
  ]);
  openApp(model, { path: "/o/tienda/chats/1" });
  return model;
}

describe("files that are still measured", () => {
  test("come to their own chat, whichever one looks at meanwhile", async () => {
    openTwo();
    await userEvent.upload(await input(), [picture("uno.png")]);
    await begun(1);
    await look(/Lina Mora/);
    await measured();
    expect(screen.queryByRole("list", { name: /por enviar/ })).toBeNull();
    await look(/Valentina Ríos/);
    expect(within(await tray()).getByRole("button", { name: "uno.png" })).toBeVisible();
  });

  test("count for the most that one message box takes", async () => {
    openTwo();
    const files = (letter: string) => Array.from({ length: 6 }, (_, at) => picture(`${letter}${at}.png`));
    fireEvent.change(await input(), { target: { files: files("a") } });
    fireEvent.change(await input(), { target: { files: files("b") } });
    await begun(10);
    await measured();
    await waitFor(async () => expect(within(await tray()).getAllByRole("listitem")).toHaveLength(10));
    expect(within(screen.getByRole("alert")).getAllByRole("listitem")).toHaveLength(2);
  });
});

describe("when two chats become one", () => {
  const person = { profile_name: "", created_at: ago(900) };
  const merge = (model: ReturnType<typeof openTwo>) =>
    act(async () => {
      const contact = { ...person, ...model.conversations.get(1)!.contact };
      model.proposals.set(9, proposal({ id: 9, contact, other: { ...person, ...LINA } }));
      model.decide(9, 501);
    });

  test("the files of the other one go along, measured or not", async () => {
    const model = openTwo();
    await input();
    await look(/Lina Mora/);
    await userEvent.upload(await input(), [picture("uno.png")]);
    await begun(1);
    await measured();
    await tray();
    await userEvent.upload(await input(), [picture("dos.png")]);
    await begun(1);
    await merge(model);
    await waitFor(() => expect(window.location.pathname).toBe("/o/tienda/chats/1"));
    await measured();
    await waitFor(async () => expect(within(await tray()).getAllByRole("listitem")).toHaveLength(2));
    expect(screen.getByRole("button", { name: "dos.png" })).toBeVisible();
  });
});
