import { MantineProvider, Modal } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Component, type ReactNode, Suspense, useState } from "react";
import { afterEach, describe, expect, test, vi } from "vitest";

import { fetchParts, later, laterDialog } from "./later";

function Sure({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="¿Seguro?" closeButtonProps={{ "aria-label": "Cerrar" }} />
  );
}
const part = async () => ({ default: Sure });
const load = vi.fn(part);
const Dialog = laterDialog(load);

function Question({ as: Asked = Dialog }: { as?: typeof Dialog }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <MantineProvider env="test">
      <button type="button" onClick={() => setAsked(true)}>
        Borrar
      </button>
      <Asked opened={isAsked} onClose={() => setAsked(false)} />
    </MantineProvider>
  );
}

test("a dialog comes when it is asked for, and gives the focus back to what opened it", async () => {
  const user = userEvent.setup();
  render(<Question />);
  expect(load).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Borrar" }));
  expect(await screen.findByRole("dialog", { name: "¿Seguro?" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Cerrar" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(screen.getByRole("button", { name: "Borrar" })).toHaveFocus());
});

test("a dialog that takes its time says so, and Escape calls it off", async () => {
  const user = userEvent.setup();
  let arrive = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const SlowDialog = laterDialog<Parameters<typeof Sure>[0]>(() => arrival.then(part));
  render(<Question as={SlowDialog} />);
  for (const callOff of [
    () => user.keyboard("{Escape}"),
    () => user.click(screen.getByRole("button", { name: "Cancelar" })),
  ]) {
    await user.click(screen.getByRole("button", { name: "Borrar" }));
    expect(await screen.findByRole("status")).toHaveTextContent("Cargando…");
    await callOff();
    expect(screen.queryByRole("status")).toBeNull();
    expect(screen.getByRole("button", { name: "Borrar" })).toHaveFocus();
  }
  await act(async () => arrive());
  expect(screen.queryByRole("dialog")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Borrar" }));
  expect(await screen.findByRole("dialog", { name: "¿Seguro?" })).toBeVisible();
  expect(screen.queryByRole("status")).toBeNull();
});

describe("in the quiet moment", () => {
  test("nothing is asked for without network", async () => {
    const next = vi.fn(part);
    laterDialog(next);
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await fetchParts();
    expect(next).not.toHaveBeenCalled();
  });

  test("parts come one after the other, until one does not come", async () => {
    const next = vi.fn(part);
    const lost = vi.fn(() => Promise.reject(new TypeError("Failed to fetch")));
    const last = vi.fn(part);
    for (const load of [next, lost, last]) laterDialog(load);
    await fetchParts();
    expect(next).toHaveBeenCalledOnce();
    expect(lost).toHaveBeenCalledOnce();
    expect(last).not.toHaveBeenCalled();
  });
});

describe("a part that does not come", () => {
  const lost = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

  function Screen({ children }: { children: ReactNode }) {
    return (
      <MantineProvider env="test">
        <Notifications autoClose={20} />
        <p>La conversación</p>
        <Suspense fallback="Cargando">{children}</Suspense>
      </MantineProvider>
    );
  }

  afterEach(() => notifications.clean());

  test("as a dialog is closed and says so, each time, and leaves the rest as it is", async () => {
    const LostDialog = laterDialog<Parameters<typeof Sure>[0]>(lost);
    function Asking() {
      const [isAsked, setAsked] = useState(false);
      return (
        <>
          <button type="button" onClick={() => setAsked(true)}>
            {isAsked ? "Preguntando" : "Borrar"}
          </button>
          <LostDialog opened={isAsked} onClose={() => setAsked(false)} />
        </>
      );
    }
    render(<Asking />, { wrapper: Screen });
    for (let time = 0; time < 2; time++) {
      await userEvent.click(screen.getByRole("button", { name: "Borrar" }));
      expect(await screen.findByText("No se pudo abrir")).toBeVisible();
      await act(() => new Promise((resolve) => setTimeout(resolve, 60)));
      // What asks for something stays until it is closed.
      expect(screen.getByRole("button", { name: "Recargar la página" })).toBeVisible();
      expect(screen.getByRole("button", { name: "Borrar" })).toBeVisible();
      expect(screen.getByText("La conversación")).toBeVisible();
      act(() => notifications.clean());
      await waitFor(() => expect(screen.queryByText("No se pudo abrir")).toBeNull());
    }
  });

  test("in the page says so in its place", async () => {
    const Cards = later<{ shown: string }>(lost);
    render(<Cards shown="pedido" />, { wrapper: Screen });
    expect(await screen.findByRole("alert")).toHaveTextContent(/Una parte de la página no se cargó/);
    expect(screen.getByRole("button", { name: "Recargar la página" })).toBeVisible();
    expect(screen.getByText("La conversación")).toBeVisible();
  });

  test("is another thing than a part that breaks, which whoever is above hears of", async () => {
    const Bad = later(async () => ({
      default: (): ReactNode => {
        throw new Error("ours");
      },
    }));
    class Above extends Component<{ children: ReactNode }, { words: string }> {
      override state = { words: "" };
      static getDerivedStateFromError(error: Error) {
        return { words: error.message };
      }
      override render() {
        return this.state.words || this.props.children;
      }
    }
    vi.spyOn(console, "error").mockImplementation(() => {});
    render(
      <Above>
        <Bad />
      </Above>,
      { wrapper: Screen },
    );
    expect(await screen.findByText("ours")).toBeVisible();
  });
});
