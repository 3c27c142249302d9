import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { http } from "msw/http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { server, wholeClient } from "@/testing/app";
import { attachment } from "@/testing/builders";
import { inbound, openChat, refusal } from "@/testing/chat";

wholeClient();

beforeEach(() => {
  URL.createObjectURL = vi.fn((blob: Blob) => `blob:${blob instanceof File ? blob.name : "voice"}`);
  URL.revokeObjectURL = vi.fn();
  // jsdom loads no pictures: each is measured at once.
  vi.stubGlobal(
    "Image",
    class {
      naturalWidth = 1200;
      naturalHeight = 900;
      onload: (() => void) | null = null;
      set src(_url: string) {
        queueMicrotask(() => this.onload?.());
      }
    },
  );
});

/** From here on pictures are measured when the test says so. */
function heldMeasuring(): () => void {
  const held: (() => void)[] = [];
  vi.stubGlobal(
    "Image",
    class {
      onload: (() => void) | null = null;
      set src(_url: string) {
        held.push(() => this.onload?.());
      }
    },
  );
  return () => act(() => held.splice(0).forEach((measured) => void measured()));
}

const box = () => screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Escribir un mensaje" });
const picture = (name: string) => new File(["x".repeat(50)], name, { type: "image/png" });
const input = async () => {
  await screen.findByRole("button", { name: "Archivos" });
  return screen.getByTestId<HTMLInputElement>("file-input");
};
const tiles = () => within(screen.getByRole("list", { name: /por enviar/ })).getAllByRole("listitem");
const sent = (model: Awaited<ReturnType<typeof openChat>>) =>
  [...model.messages.values()].slice(1).map(({ type, text }) => [type, text]);

describe("the tools", () => {
  test("stand in the order of the guide", async () => {
    await openChat([inbound()]);
    await input();
    const names = ["Emoji", "Archivos", "Notas de voz", "Videos", "Imágenes", "Enviar"];
    const buttons = names.map((name) => screen.getByRole("button", { name }));
    for (const [at, button] of buttons.slice(1).entries())
      expect(buttons[at]!.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });

  test("are not offered while nobody knows what WhatsApp takes", async () => {
    await openChat([inbound()]);
    server.use(http.get("/api/v1/media/limits", refusal(404, "not_found")));
    await box();
    expect(screen.getByRole("button", { name: "Emoji" })).toBeVisible();
  });
});

describe("files", () => {
  test("that are chosen wait above the box, each with words of its own, and leave in order", async () => {
    const model = await openChat([inbound()]);
    await userEvent.type(await box(), "la primera");
    await userEvent.upload(await input(), [picture("uno.png"), picture("dos.png")]);
    expect(await screen.findByRole("button", { name: "uno.png" })).toHaveAttribute("aria-pressed", "true");
    expect(await box()).toHaveValue("la primera");

    await userEvent.click(screen.getByRole("button", { name: "dos.png" }));
    await userEvent.type(await box(), "la segunda");
    await userEvent.click(screen.getByRole("button", { name: "Enviar" }));
    expect(screen.queryByRole("list", { name: /por enviar/ })).toBeNull();
    await waitFor(() =>
      expect(sent(model)).toEqual([
        ["image", "la primera"],
        ["image", "la segunda"],
      ]),
    );
    expect(await box()).toHaveValue("");
  });

  test("keep all that is typed while they are measured", async () => {
    const model = await openChat([inbound()]);
    const measured = heldMeasuring();
    await userEvent.type(await box(), "aquí");
    await userEvent.upload(await input(), [picture("uno.png")]);
    await userEvent.type(await box(), " la ves");
    measured();
    await screen.findByRole("button", { name: "uno.png" });
    expect(await box()).toHaveValue("aquí la ves");
    await userEvent.type(await box(), " mejor{Enter}");
    await waitFor(() => expect(sent(model)).toEqual([["image", "aquí la ves mejor"]]));
    expect(await box()).toHaveValue("");
  });

  test("are shown in the thread at once, in their own proportions", async () => {
    await openChat([inbound()]);
    server.use(http.post("/api/v1/conversations/1/messages", () => new Promise<undefined>(() => {})));
    await userEvent.upload(await input(), [picture("uno.png")]);
    await screen.findByRole("button", { name: "uno.png" });
    await userEvent.type(await box(), "{Enter}");
    const bubble = screen.getAllByRole("article").at(-1)!;
    const shown = within(bubble).getByAltText("Imagen");
    expect(shown).toHaveAttribute("src", "blob:uno.png");
    expect(shown.parentElement!.style.aspectRatio).toBe("320 / 240");
  });

  test("that were pasted or dropped are taken as well", async () => {
    await openChat([inbound()]);
    await input();
    fireEvent.paste(await box(), { clipboardData: { files: [picture("pegada.png")], types: ["Files"] } });
    expect(await screen.findByRole("button", { name: "pegada.png" })).toBeVisible();

    const dataTransfer = { files: [picture("soltada.png")], types: ["Files"], dropEffect: "none" };
    const feed = screen.getByRole("feed");
    fireEvent.dragEnter(feed, { dataTransfer });
    expect(screen.getByText("Suelta aquí los archivos")).toBeInTheDocument();
    fireEvent.drop(feed, { dataTransfer });
    expect(screen.queryByText("Suelta aquí los archivos")).toBeNull();
    expect(await screen.findByRole("button", { name: "soltada.png" })).toBeVisible();
  });

  test("words that come with a picture of them are pasted as words", async () => {
    await openChat([inbound()]);
    await input();
    const clipboardData = { files: [picture("tabla.png")], types: ["text/plain", "Files"] };
    fireEvent.paste(await box(), { clipboardData });
    await act(async () => {});
    expect(screen.queryByRole("button", { name: "tabla.png" })).toBeNull();
  });

  test("that WhatsApp does not take are refused with the reason, the others stay", async () => {
    await openChat([inbound()]);
    const large = picture("grande.png");
    Object.defineProperty(large, "size", { value: 6_000_000 });
    const files = [
      picture("bien.png"),
      large,
      new File(["x"], "baile.gif", { type: "image/gif" }),
      new File([], "nada.pdf"),
    ];
    fireEvent.change(await input(), { target: { files } });
    const alert = within(await screen.findByRole("alert"));
    expect(alert.getByText(/imágenes de hasta 5 MB/)).toBeVisible();
    expect(alert.getByText(/no acepta este tipo de archivo/)).toBeVisible();
    expect(alert.getByText(/el archivo está vacío/)).toBeVisible();
    expect(tiles()).toHaveLength(1);
  });

  test("that are taken away give their words back", async () => {
    await openChat([inbound()]);
    await userEvent.type(await box(), "mira");
    await userEvent.upload(await input(), [picture("uno.png")]);
    await userEvent.click(await screen.findByRole("button", { name: "Quitar uno.png" }));
    expect(await box()).toHaveValue("mira");
    expect(screen.queryByRole("list", { name: /por enviar/ })).toBeNull();
  });

  test("that the server refuses say why and may be tried again", async () => {
    const model = await openChat([inbound()]);
    let tries = 0;
    server.use(
      http.post("/api/v1/media", () =>
        ++tries === 1
          ? refusal(415, "unsupported_media")()
          : HttpResponse.json(model.upload(attachment({ id: 500 })), { status: 201 }),
      ),
    );
    await userEvent.upload(await input(), [picture("uno.png")]);
    expect(await screen.findByText("WhatsApp no acepta este tipo de archivo.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Subir de nuevo uno.png" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await userEvent.type(await box(), "{Enter}");
    await waitFor(() => expect(sent(model)).toEqual([["image", ""]]));
  });

  test("on their way can be given up in the thread", async () => {
    const model = await openChat([inbound()]);
    server.use(http.post("/api/v1/media", () => new Promise<undefined>(() => {})));
    await userEvent.upload(await input(), [picture("uno.png")]);
    await screen.findByRole("button", { name: "uno.png" });
    await userEvent.type(await box(), "{Enter}");
    expect(await screen.findByRole("progressbar", { name: "Subiendo el archivo" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Cancelar" }));
    await waitFor(() => expect(screen.queryByRole("progressbar")).toBeNull());
    expect(sent(model)).toEqual([]);
  });

  test("answer what is quoted, the first of them", async () => {
    const model = await openChat([inbound({ id: 60, text: "¿Cuál?" })]);
    await userEvent.click(screen.getByRole("button", { name: "Responder a este mensaje" }));
    await userEvent.upload(await input(), [picture("uno.png"), picture("dos.png")]);
    await screen.findByRole("button", { name: "dos.png" });
    await userEvent.type(await box(), "{Enter}");
    await waitFor(() => expect(sent(model)).toHaveLength(2));
    expect([...model.messages.values()].slice(1).map(({ reply_to }) => reply_to?.id ?? null)).toEqual([
      60,
      null,
    ]);
  });
});

describe("a voice note", () => {
  class FakeRecorder {
    static isTypeSupported = (type: string) => type.startsWith("audio/webm");
    state = "inactive";
    mimeType = "audio/webm;codecs=opus";
    ondataavailable: ((event: { data: Blob }) => void) | null = null;
    onstop: (() => void) | null = null;
    start = () => {
      this.state = "recording";
    };
    stop = () => {
      this.state = "inactive";
      this.ondataavailable?.({ data: new Blob(["sonido"]) });
      this.onstop?.();
    };
  }
  const stopTrack = vi.fn();
  const allow = (ask: () => Promise<unknown>) =>
    Object.defineProperty(navigator, "mediaDevices", {
      configurable: true,
      value: { getUserMedia: vi.fn(ask) },
    });

  beforeEach(() => {
    stopTrack.mockReset();
    vi.stubGlobal("MediaRecorder", FakeRecorder);
    vi.stubGlobal(
      "AudioContext",
      class {
        createAnalyser = () => ({
          fftSize: 0,
          getFloatTimeDomainData: (samples: Float32Array) => samples.fill(0.2),
        });
        createMediaStreamSource = () => ({ connect: () => {} });
        close = async () => {};
      },
    );
    allow(async () => ({ getTracks: () => [{ stop: stopTrack }] }));
  });
  afterEach(() => Reflect.deleteProperty(navigator, "mediaDevices"));

  const record = async () => {
    await input();
    await userEvent.click(screen.getByRole("button", { name: "Notas de voz" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Grabar una nota de voz" }));
  };

  test("is recorded, heard, and sent", async () => {
    const model = await openChat([inbound()]);
    await record();
    expect(await screen.findByRole("timer", { name: "Grabando" })).toBeVisible();
    expect(screen.getByRole("meter", { name: "Nivel del micrófono" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Terminar y escuchar" }));
    expect(await screen.findByRole("group", { name: "Tu nota de voz" })).toBeVisible();
    expect(stopTrack).toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Enviar nota de voz" }));
    await waitFor(() => expect(sent(model)).toEqual([["audio", ""]]));
    expect([...model.messages.values()].at(-1)!.attachments[0]!.is_voice).toBe(true);
    expect(await box()).toBeVisible();
  });

  test("is thrown away with Escape, and the microphone is let go", async () => {
    const model = await openChat([inbound()]);
    await record();
    await screen.findByRole("timer");
    await userEvent.keyboard("{Escape}");
    expect(await box()).toBeVisible();
    expect(stopTrack).toHaveBeenCalled();
    expect(sent(model)).toEqual([]);
  });

  test.each([
    ["NotAllowedError", /no tiene permiso para usar el micrófono/],
    ["NotFoundError", /No encontramos un micrófono/],
    ["NotReadableError", /Otro programa está usando el micrófono/],
  ])("that cannot be recorded (%s) is explained", async (name, words) => {
    allow(() => Promise.reject(new DOMException("no", name)));
    await openChat([inbound()]);
    await record();
    expect(await screen.findByText(words)).toBeVisible();
    expect(screen.getByRole("button", { name: "Intentar de nuevo" })).toBeVisible();
  });

  test("where the browser cannot record is explained, too", async () => {
    Reflect.deleteProperty(navigator, "mediaDevices");
    await openChat([inbound()]);
    await record();
    expect(await screen.findByText(/Hace falta una conexión segura/)).toBeVisible();
  });
});
