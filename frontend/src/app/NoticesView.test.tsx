import { MantineProvider } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import NoticesView from "./NoticesView";

test("the button that closes a notice has a name", async () => {
  render(
    <MantineProvider env="test">
      <NoticesView />
    </MantineProvider>,
  );
  notifications.show({ message: "Listo" });
  expect(await screen.findByRole("button", { name: "Cerrar" })).toBeVisible();
});
