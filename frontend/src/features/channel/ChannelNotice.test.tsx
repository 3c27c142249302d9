import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { expect, test } from "vitest";

import type { Me } from "@/api";
import { openApp, server, wholeClient } from "@/testing/app";
import { at, BETO, channel, event, me } from "@/testing/builders";
import { FakeSocket } from "@/testing/fakeSocket";
import { Model } from "@/testing/model";

wholeClient();

const trouble = {
  code: 190,
  title: { es: "El token venció.", en: "The token expired." },
  advice: { es: "Pide a un propietario que genere un token.", en: "Ask an owner to create a token." },
  owner_advice: { es: "Genera un token nuevo.", en: "Create a new token." },
  detail: "",
  since: at(0),
};

function openStopped(membership: Me["membership"], fields = {}) {
  const row = channel({ name: "Ventas", trouble: { ...trouble, ...fields } });
  openApp(new Model());
  server.use(
    http.get("/api/v1/me", () => HttpResponse.json(me({ membership }))),
    http.get("/api/v1/channels", () => HttpResponse.json({ results: [row], next: null, previous: null })),
  );
}

test("an owner is told what to do, and may let it go on", async () => {
  openStopped({ ...BETO, role: "owner" });
  const stopped = await screen.findByText("Los envíos de Ventas están detenidos: el token venció.");
  expect(stopped.parentElement).toHaveTextContent("Genera un token nuevo.");
  expect(stopped.parentElement).not.toHaveTextContent("Pide a un propietario");
  expect(screen.getByRole("button", { name: "Reanudar" })).toBeVisible();
});

test("everybody else is told whom to ask", async () => {
  openStopped({ ...BETO, role: "agent" });
  const stopped = await screen.findByText("Los envíos de Ventas están detenidos: el token venció.");
  expect(stopped.parentElement).toHaveTextContent("Pide a un propietario que genere un token.");
  expect(screen.queryByRole("button", { name: "Reanudar" })).toBeNull();
});

test("what an earlier version recorded has one advice for all", async () => {
  openStopped({ ...BETO, role: "owner" }, { owner_advice: undefined });
  expect(await screen.findByText("Pide a un propietario que genere un token.")).toBeVisible();
});

test("whoever lets it go on hears that it does, and that the notice may come back", async () => {
  openStopped({ ...BETO, role: "owner" });
  const resumed = channel({ name: "Ventas", trouble: null });
  server.use(http.post("/api/v1/channels/:id/resume", () => HttpResponse.json(resumed)));
  await userEvent.click(await screen.findByRole("button", { name: "Reanudar" }));
  expect(await screen.findByText("Los envíos se reanudaron")).toBeVisible();
  expect(screen.getByText(/Si la causa sigue, el aviso volverá/)).toBeVisible();
  expect(screen.queryByText(/están detenidos/)).toBeNull();
});

test("it is said also when the notice has gone before the answer is there", async () => {
  openStopped({ ...BETO, role: "owner" });
  const resumed = channel({ name: "Ventas", trouble: null });
  server.use(
    http.post("/api/v1/channels/:id/resume", async () => {
      const events = [event(1, "channel.updated", { channel: resumed })];
      act(() => FakeSocket.opened.at(-1)?.say({ type: "events", events, through: 1 }));
      await waitFor(() => expect(screen.queryByText(/están detenidos/)).toBeNull());
      return HttpResponse.json(resumed);
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Reanudar" }));
  expect(await screen.findByText("Los envíos se reanudaron")).toBeVisible();
});

test("a number that stops anew before the answer is there is shown as stopped", async () => {
  openStopped({ ...BETO, role: "owner" });
  const resumed = channel({ name: "Ventas", trouble: null });
  const stopped = channel({ name: "Ventas", trouble });
  server.use(
    http.post("/api/v1/channels/:id/resume", () => {
      const events = [resumed, stopped].map((row, at) => event(at + 1, "channel.updated", { channel: row }));
      act(() => FakeSocket.opened.at(-1)?.say({ type: "events", events, through: 2 }));
      return HttpResponse.json(resumed);
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Reanudar" }));
  expect(await screen.findByText("Los envíos se reanudaron")).toBeVisible();
  expect(screen.getByText(/están detenidos/)).toBeVisible();
});

test("a try that failed is not told beside the next one", async () => {
  openStopped({ ...BETO, role: "owner" });
  const resumed = channel({ name: "Ventas", trouble: null });
  server.use(
    http.post("/api/v1/channels/:id/resume", () => HttpResponse.error(), { once: true }),
    http.post("/api/v1/channels/:id/resume", () => HttpResponse.json(resumed)),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Reanudar" }));
  expect(await screen.findByText("No se pudieron reanudar los envíos")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Reanudar" }));
  expect(await screen.findByText("Los envíos se reanudaron")).toBeVisible();
  await waitFor(() => expect(screen.queryByText("No se pudieron reanudar los envíos")).toBeNull());
});
