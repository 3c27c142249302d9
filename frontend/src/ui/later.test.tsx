import { MantineProvider, Modal } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";

import { fetchParts, laterDialog } from "./later";

function Sure({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="¿Seguro?" closeButtonProps={{ "aria-label": "Cerrar" }} />
  );
}
const part = async () => ({ default: Sure });
const load = vi.fn(part);
const Dialog = laterDialog(load);

function Question() {
  const [isAsked, setAsked] = useState(false);
  return (
    <MantineProvider env="test">
      <button type="button" onClick={() => setAsked(true)}>
        Borrar
      </button>
      <Dialog opened={isAsked} onClose={() => setAsked(false)} />
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

test("a part that does not come in the quiet moment keeps no other from coming", async () => {
  const lost = vi.fn(() => Promise.reject(new TypeError("Failed to fetch")));
  laterDialog(lost);
  const next = vi.fn(part);
  laterDialog(next);
  await fetchParts();
  expect(lost).toHaveBeenCalledOnce();
  expect(next).toHaveBeenCalledOnce();
});
