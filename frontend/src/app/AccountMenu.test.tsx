import { notifications } from "@mantine/notifications";
import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { afterEach, expect, test, vi } from "vitest";

import { changeLanguage } from "@/i18n";
import { openApp, server, wholeClient } from "@/testing/app";
import { chat, inbound } from "@/testing/chat";

const english = vi.hoisted(() => {
  let come = () => {};
  return { came: new Promise<void>((resolve) => (come = resolve)), come: () => come() };
});
vi.mock("@/i18n/en", async (importActual) => {
  const actual = await importActual();
  await english.came;
  return actual;
});

wholeClient();
afterEach(async () => {
  notifications.clean();
  await act(() => changeLanguage("es"));
});

const lost = () =>
  HttpResponse.json({ error: { code: "unavailable", message: "", details: {} } }, { status: 503 });
const choose = (name: string) => userEvent.click(screen.getByRole("menuitemradio", { name }));

async function openMenu(answer: (language: string) => Promise<unknown> | undefined = () => undefined) {
  const asked: string[] = [];
  openApp(chat([inbound()]));
  server.use(
    http.patch("/api/v1/preferences", async ({ request }) => {
      const { language } = (await request.json()) as { language: string };
      asked.push(language);
      return (await answer(language)) ? lost() : HttpResponse.json({ language });
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: /^Tu cuenta/ }));
  await screen.findByRole("menuitemradio", { name: "English" });
  return asked;
}

test("a language that comes after another was chosen is neither kept nor shown", async () => {
  const asked = await openMenu();
  await choose("English");
  await choose("Español");
  await waitFor(() => expect(asked).toEqual(["es"]));
  await act(async () => {
    english.come();
    await import("@/i18n/en");
    // What waited for it goes on, and would ask the server.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  expect(asked).toEqual(["es"]);
  expect(screen.getByRole("searchbox", { name: "Buscar nombre o número…" })).toBeVisible();
  expect(screen.getByRole("menuitemradio", { name: "Español" })).toBeChecked();
});

test("a language that could not be kept gives way to the one that is", async () => {
  english.come();
  const asked = await openMenu(async () => true);
  await choose("English");
  expect(await screen.findByText("No se guardó el idioma")).toBeVisible();
  expect(asked).toEqual(["en"]);
  expect(document.documentElement.lang).toBe("es");
});

test("the last of two choices is kept last, and stays when the first could not be kept", async () => {
  english.come();
  let fail = () => {};
  const failed = new Promise((resolve) => (fail = () => resolve(true)));
  const asked = await openMenu((language) => (language === "en" ? failed : undefined));
  await choose("English");
  await waitFor(() => expect(asked).toEqual(["en"]));
  await choose("Español");
  expect(asked).toEqual(["en"]);
  await act(async () => fail());
  await waitFor(() => expect(asked).toEqual(["en", "es"]));
  expect(document.documentElement.lang).toBe("es");
  expect(screen.queryByText("No se guardó el idioma")).toBeNull();
});
