import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { describe, expect, test } from "vitest";
import { openApp, server, wholeClient } from "@/testing/app";
import { ANA, at, BETO, conversation, lastOf, message } from "@/testing/builders";
import { Model } from "@/testing/model";

wholeClient();

function inbox() {
  const model = new Model();
  const row = (id: number, name: string, fields: Parameters<typeof conversation>[0] = {}) => {
    const text = message({ conversation_id: id, text: `Escribe ${name}`, occurred_at: at(-id) });
    return model.add(
      conversation({
        id,
        contact: { id: 500 + id, name, phone: `+5730055501${id}`, username: null },
        last_activity_at: at(-id),
        last_message: lastOf(text),
        ...fields,
      }),
      [text],
    );
  };
  row(1, "Valentina Ríos", { status: "open", assignee: ANA, unread_count: 2 });
  row(2, "Óscar Ñáñez", { status: "unassigned" });
  row(3, "Emily Carter", { status: "open", assignee: BETO });
  row(4, "Jorge Peña", { status: "closed" });
  return model;
}

const list = () => screen.findByRole("list", { name: "Chats" });
const names = () =>
  within(screen.getByRole("list", { name: "Chats" }))
    .getAllByRole("link")
    .map((link) => link.querySelector("[title]")?.getAttribute("title"));
const linkOf = (name: string) => screen.getByRole("link", { name: new RegExp(name) });

describe("CHAT-02 to 09: finding a chat", () => {
  test("shows all chats, newest first, with what was said last", async () => {
    openApp(inbox());
    await list();
    expect(names()).toEqual(["Valentina Ríos", "Óscar Ñáñez", "Emily Carter", "Jorge Peña"]);
    expect(linkOf("Valentina")).toHaveTextContent("Escribe Valentina Ríos");
    expect(within(linkOf("Valentina")).getByRole("img", { name: "2 mensajes sin leer" })).toBeVisible();
    expect(within(linkOf("Emily")).getByRole("img", { name: "Asignado a Beto Quiroga" })).toBeVisible();
    expect(within(linkOf("Óscar")).getByRole("img", { name: "No asignado" })).toBeVisible();
    expect(within(linkOf("Jorge")).getByRole("img", { name: "Cerrado" })).toBeVisible();
  });

  test("searches by name and by number", async () => {
    const user = userEvent.setup();
    openApp(inbox());
    await list();
    const box = screen.getByRole("searchbox", { name: "Buscar nombre o número…" });
    await user.type(box, "emily");
    await waitFor(() => expect(names()).toEqual(["Emily Carter"]));
    await user.clear(box);
    await waitFor(() => expect(names()).toHaveLength(4));
    await user.type(box, "55014");
    await waitFor(() => expect(names()).toEqual(["Jorge Peña"]));
    await user.clear(box);
    await user.type(box, "nadie");
    expect(await screen.findByText("Sin resultados")).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(names()).toHaveLength(4));
  });

  test("counts what was found while one searches", async () => {
    const user = userEvent.setup();
    openApp(inbox());
    await list();
    const box = screen.getByRole("searchbox");
    await user.type(box, "o");
    await user.click(await screen.findByRole("button", { name: "Filtrar por estado: Todos 2" }));
    const options = await screen.findAllByRole("menuitemradio");
    expect(options.map(({ textContent }) => textContent)).toEqual([
      "Todos2",
      "No asignado",
      "Abierto",
      "Cerrado",
    ]);
    await user.click(options[2]!);
    expect(await screen.findByRole("button", { name: "Filtrar por estado: Abierto 1" })).toBeVisible();
    await user.clear(box);
    await user.type(box, "nadie");
    expect(await screen.findByRole("button", { name: "Filtrar por estado: Abierto 0" })).toBeVisible();
    await user.clear(box);
    expect(await screen.findByRole("button", { name: "Filtrar por estado: Abierto 2" })).toBeVisible();
  });

  test("counts nothing as long as not everything that was found is here", async () => {
    const user = userEvent.setup();
    const model = new Model();
    for (let id = 1; id <= 60; id++) model.add(conversation({ id, last_activity_at: at(-id) }));
    openApp(model);
    await list();
    expect(await screen.findByRole("button", { name: "Filtrar por estado: Todos 60" })).toBeVisible();
    await user.type(screen.getByRole("searchbox"), "+57");
    expect(await screen.findByRole("button", { name: "Filtrar por estado: Todos" })).toBeVisible();
  });

  test("filters by status, with how many there are of each", async () => {
    const user = userEvent.setup();
    openApp(inbox());
    await list();
    await user.click(await screen.findByRole("button", { name: "Filtrar por estado: Todos 4" }));
    const options = await screen.findAllByRole("menuitemradio");
    expect(options.map(({ textContent }) => textContent)).toEqual([
      "Todos4",
      "No asignado1",
      "Abierto2",
      "Cerrado1",
    ]);
    await user.click(options[1]!);
    await waitFor(() => expect(names()).toEqual(["Óscar Ñáñez"]));
    expect(screen.getByRole("button", { name: "Filtrar por estado: No asignado 1" })).toBeVisible();
  });

  test("offers «No asignado» where chats are managed as tickets only (TICK-02)", async () => {
    const user = userEvent.setup();
    const model = inbox();
    openApp(model);
    await list();
    await user.click(await screen.findByRole("button", { name: /^Filtrar por estado/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /No asignado/ }));
    await waitFor(() => expect(names()).toEqual(["Óscar Ñáñez"]));
    model.switchTickets(false);
    await waitFor(() => expect(names()).toHaveLength(4));
    await user.click(screen.getByRole("button", { name: /^Filtrar por estado: Todos/ }));
    const options = await screen.findAllByRole("menuitemradio");
    expect(options.map(({ textContent }) => textContent?.replace(/\d/g, ""))).toEqual([
      "Todos",
      "Abierto",
      "Cerrado",
    ]);
  });

  test("sorts from the oldest", async () => {
    const user = userEvent.setup();
    openApp(inbox());
    await list();
    await user.click(screen.getByRole("button", { name: "Ordenar: Más recientes" }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Más antiguos" }));
    await waitFor(() => expect(names()?.[0]).toBe("Jorge Peña"));
  });
});

describe("CHAT-33: live", () => {
  test("a message brings its chat to the top, counts it and names it in the tab", async () => {
    const model = inbox();
    openApp(model);
    await list();
    await waitFor(() => expect(document.title).toBe("(1) Chats · bandeja"));
    model.receive(3, "I am back");
    await waitFor(() => expect(names()[0]).toBe("Emily Carter"));
    expect(linkOf("Emily")).toHaveTextContent("I am back");
    await waitFor(() => expect(document.title).toBe("(2) Chats · bandeja"));
  });

  test("rows stay in their places while the pointer is over them", async () => {
    const user = userEvent.setup();
    const model = inbox();
    openApp(model);
    await list();
    await user.hover(linkOf("Óscar"));
    model.receive(4, "Otra vez yo");
    await waitFor(() => expect(linkOf("Jorge")).toHaveTextContent("Otra vez yo"));
    expect(names()).toEqual(["Valentina Ríos", "Óscar Ñáñez", "Emily Carter", "Jorge Peña"]);
    await user.unhover(linkOf("Óscar"));
    await user.hover(screen.getByRole("searchbox"));
    await waitFor(() => expect(names()[0]).toBe("Jorge Peña"));
  });

  test("a chat that is closed leaves the open ones, and the counts follow", async () => {
    const user = userEvent.setup();
    const model = inbox();
    openApp(model);
    await list();
    await user.click(await screen.findByRole("button", { name: "Filtrar por estado: Todos 4" }));
    await user.click(await screen.findByRole("menuitemradio", { name: /Abierto/ }));
    await waitFor(() => expect(names()).toHaveLength(2));
    await user.hover(screen.getByRole("searchbox"));
    model.close(3);
    await waitFor(() => expect(names()).toEqual(["Valentina Ríos"]));
    expect(await screen.findByRole("button", { name: "Filtrar por estado: Abierto 1" })).toBeVisible();
  });
});

describe("the keyboard", () => {
  test("one stop for Tab; arrows walk, Enter opens, and the focus follows the chat", async () => {
    const user = userEvent.setup();
    const model = inbox();
    openApp(model);
    await list();
    expect(
      screen.getAllByRole("link").filter((link) => link.dataset.conversation && link.tabIndex === 0),
    ).toHaveLength(1);
    linkOf("Valentina").focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    await waitFor(() => expect(linkOf("Emily")).toHaveFocus());
    model.receive(3, "arriba");
    await waitFor(() => expect(names()[0]).toBe("Emily Carter"));
    expect(linkOf("Emily")).toHaveFocus();
    await user.keyboard("{End}");
    await waitFor(() => expect(linkOf("Jorge")).toHaveFocus());
    await user.keyboard("{Enter}");
    await waitFor(() => expect(window.location.pathname).toBe("/o/tienda/chats/4"));
    expect(linkOf("Jorge")).toHaveAttribute("aria-current", "page");
  });
});

describe("when there is little to show", () => {
  test("no chats yet", async () => {
    openApp(new Model());
    expect(await screen.findByText("Todavía no hay chats")).toBeVisible();
  });

  test("an error is told in words and can be tried again", async () => {
    const user = userEvent.setup();
    const model = inbox();
    openApp(model);
    server.use(
      http.get("/api/v1/conversations", () =>
        HttpResponse.json(
          { error: { code: "permission_denied", message: "", details: {} } },
          { status: 403 },
        ),
      ),
    );
    expect(await screen.findByText("No se pudieron cargar los chats")).toBeVisible();
    expect(screen.getByText("Tu rol no permite hacer esto.")).toBeVisible();
    server.resetHandlers();
    const { handlers } = await import("@/testing/mock/handlers");
    server.use(...handlers(model));
    await user.click(screen.getByRole("button", { name: "Reintentar" }));
    await list();
    expect(names()).toHaveLength(4);
  });
});

test("older chats are loaded as one comes near the end", async () => {
  const model = new Model();
  for (let id = 1; id <= 120; id++)
    model.add(
      conversation({
        id,
        contact: { id: 500 + id, name: `Cliente ${id}`, phone: null, username: null },
        last_activity_at: at(-id),
      }),
    );
  openApp(model);
  const rows = await list();
  expect(within(rows).getAllByRole("listitem").length).toBeLessThan(40);
  const viewport = rows.parentElement!;
  const end = () => Number.parseInt(rows.style.height, 10);
  expect(end()).toBeLessThan(51 * 64);
  viewport.scrollTop = 45 * 64;
  viewport.dispatchEvent(new Event("scroll"));
  await waitFor(() => expect(end()).toBeGreaterThan(99 * 64));
});
