import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { NetworkError } from "@/api";

import { changeLanguage, startTexts, useTranslation } from ".";

const broken = vi.hoisted(() => ({ is: false }));
vi.mock("./en", async (importActual) => {
  const actual = await importActual<typeof import("./en")>();
  return {
    get en() {
      if (broken.is) throw new TypeError("Failed to fetch dynamically imported module");
      return actual.en;
    },
  };
});

function Word() {
  const { t, i18n } = useTranslation();
  return <p lang={i18n.language}>{t("list.status.all")}</p>;
}

beforeEach(() => {
  render(<Word />);
});
afterEach(async () => {
  broken.is = false;
  await changeLanguage("es");
});

test("a language that does not come leaves the page in the one it has, until it comes", async () => {
  broken.is = true;
  await act(() => expect(changeLanguage("en")).rejects.toBeInstanceOf(NetworkError));
  expect(screen.getByText("Todos")).toHaveAttribute("lang", "es");
  expect(document.documentElement.lang).toBe("es");
  broken.is = false;
  await act(() => changeLanguage("en"));
  expect(screen.getByText("All")).toBeVisible();
});

test("a language that is asked for comes, and what is on screen says it", async () => {
  expect(screen.getByText("Todos")).toHaveAttribute("lang", "es");
  await act(() => changeLanguage("en"));
  expect(screen.getByText("All")).toHaveAttribute("lang", "en");
  expect(document.documentElement.lang).toBe("en");
});

test("one that does not come is no trouble when another was asked for meanwhile", async () => {
  await startTexts("es");
  broken.is = true;
  const tookEffect = await act(() => Promise.all([changeLanguage("en"), changeLanguage("es")]));
  expect(tookEffect).toEqual([false, true]);
});

test("the page starts in the other language when its own does not come", async () => {
  broken.is = true;
  await act(() => startTexts("en"));
  expect(screen.getByText("Todos")).toHaveAttribute("lang", "es");
  expect(document.documentElement.lang).toBe("es");
});

test("of two that are asked for at once, the later one stays", async () => {
  const tookEffect = await act(() => Promise.all([changeLanguage("en"), changeLanguage("es")]));
  expect(tookEffect).toEqual([false, true]);
  expect(screen.getByText("Todos")).toBeVisible();
  expect(document.documentElement.lang).toBe("es");
});
