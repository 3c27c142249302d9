import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

vi.mock("./i18n", async (importActual) => ({
  ...(await importActual<typeof import("./i18n")>()),
  startTexts: () => Promise.reject(new TypeError("Failed to fetch dynamically imported module")),
}));

test("without any texts the page says so in both languages and offers to reload", async () => {
  const root = document.createElement("div");
  root.id = "root";
  document.body.append(root);
  await import("./main");
  expect(await screen.findByRole("alert")).toHaveTextContent(/No hay conexión.*No connection/);
  expect(screen.getByRole("button", { name: "Recargar · Reload" })).toBeVisible();
});
