import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ApiError, type Attachment, NetworkError, type UploadBody } from "@/api";
import { attachment } from "@/testing/builders";

import { Outbox } from "./outbox";
import { OutboxStore } from "./outboxStore";
import type { OutboxEntry } from "./types";
import { type Upload, Uploads } from "./uploads";

type Send = ConstructorParameters<typeof Uploads>[0];

/** One file on its way, in the test's hand. */
interface Call {
  body: UploadBody;
  progress: (share: number) => void;
  answer: (attachment: Attachment) => void;
  refuse: (error: unknown) => void;
}

let calls: Call[];
let uploads: Uploads;

beforeEach(() => {
  vi.useFakeTimers();
  window.localStorage.clear();
  URL.revokeObjectURL = vi.fn();
  calls = [];
  const send: Send = (body, { signal, onProgress } = {}) =>
    new Promise((answer, refuse) => {
      signal?.addEventListener("abort", () => refuse(signal.reason));
      calls.push({ body, progress: onProgress!, answer, refuse });
    });
  uploads = new Uploads(send);
});
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);
const add = (name = "foto.jpg"): Upload =>
  uploads.add({ file: new Blob(["x"]), name, kind: "image" }, attachment({ id: -1, url: `blob:${name}` }));

describe("an upload", () => {
  test("begins at once, tells how far it is, and ends with the server's word", async () => {
    const { id } = add();
    calls[0]!.progress(0.4);
    expect(uploads.get(id)).toMatchObject({ state: "uploading", progress: 0.4 });
    calls[0]!.answer(attachment({ id: 9 }));
    await settle();
    expect(uploads.get(id)).toMatchObject({ state: "done", progress: 1, attachment: { id: 9 } });
    expect(uploads.copyOf(9)).toBe("blob:foto.jpg");
  });

  test("waits while two others are under way", async () => {
    for (const name of ["a", "b", "c"]) add(name);
    expect(calls.map(({ body }) => body.name)).toEqual(["a", "b"]);
    calls[1]!.answer(attachment());
    await settle();
    expect(calls.map(({ body }) => body.name)).toEqual(["a", "b", "c"]);
  });

  test("that is given up stops, and is forgotten with its copy", async () => {
    const { id } = add();
    uploads.drop(id);
    await settle();
    expect(uploads.get(id)).toBeNull();
    expect(uploads.isBusy).toBe(false);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:foto.jpg");
  });

  test("goes on by itself after a bad moment of the network", async () => {
    const { id } = add();
    calls[0]!.refuse(new NetworkError("cut"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls).toHaveLength(2);
    expect(uploads.get(id)).toMatchObject({ state: "uploading", progress: 0 });
  });

  test("that the server refuses waits for a person, who may try again", async () => {
    const { id } = add();
    calls[0]!.refuse(new ApiError(413, "file_too_large", "", { max_bytes: 5 }));
    await settle();
    expect(uploads.get(id)).toMatchObject({
      state: "failed",
      error: { code: "file_too_large", details: { max_bytes: 5 } },
    });
    uploads.retry(id);
    await settle();
    expect(calls).toHaveLength(2);
    expect(uploads.get(id)).toMatchObject({ state: "uploading", error: null });
  });
});

describe("a message with a file", () => {
  let delivered: OutboxEntry[];
  let outbox: Outbox;
  const store = () => new OutboxStore("tienda", 7);
  const open = (withUploads = true) => {
    const opened = new Outbox({
      store: store(),
      uploads: withUploads ? uploads : undefined,
      deliver: async (entry) => delivered.push(entry),
      locks: null,
      random: () => 1,
    });
    opened.start();
    return opened;
  };
  beforeEach(() => {
    delivered = [];
    outbox = open();
  });
  afterEach(() => outbox.stop());
  const send = (upload: Upload, text = "") =>
    outbox.send({
      conversationId: 1,
      text,
      media: { uploadId: upload.id, attachment: upload.attachment, isUploaded: false },
    });

  test("leaves when its file is there, and what was written after it leaves after it", async () => {
    send(add(), "así quedó");
    outbox.send({ conversationId: 1, text: "¿te gusta?" });
    await settle();
    expect(outbox.entries(1).map(({ state }) => state)).toEqual(["uploading", "waiting"]);
    calls[0]!.answer(attachment({ id: 9 }));
    await settle();
    expect(delivered.map(({ text, media }) => [text, media?.attachment.id])).toEqual([
      ["así quedó", 9],
      ["¿te gusta?", undefined],
    ]);
    expect(uploads.isBusy).toBe(false);
  });

  test("survives a reload once its file is uploaded, not before", async () => {
    const stuck = new Promise<never>(() => {});
    outbox.stop();
    outbox = new Outbox({ store: store(), uploads, deliver: () => stuck, locks: null });
    outbox.start();
    send(add());
    await settle();
    expect(window.localStorage).toHaveLength(0);
    calls[0]!.answer(attachment({ id: 9 }));
    await settle();
    outbox.stop();

    outbox = open(false);
    await settle();
    expect(delivered.map(({ media }) => media?.attachment.id)).toEqual([9]);
  });

  test("is given up with its file, and the next one leaves", async () => {
    const { clientId } = send(add());
    outbox.send({ conversationId: 1, text: "mejor te llamo" });
    await settle();
    outbox.discard(clientId);
    await settle();
    expect(uploads.isBusy).toBe(false);
    expect(delivered.map(({ text }) => text)).toEqual(["mejor te llamo"]);
  });

  test("whose file is refused says why, and tries both again when asked", async () => {
    const { clientId } = send(add());
    await settle();
    calls[0]!.refuse(new ApiError(415, "unsupported_media", ""));
    await settle();
    expect(outbox.entries(1)[0]).toMatchObject({ state: "failed", error: { code: "unsupported_media" } });
    outbox.retry(clientId);
    await settle();
    calls[1]!.answer(attachment({ id: 9 }));
    await settle();
    expect(delivered).toHaveLength(1);
  });

  test("goes on trying while the network is away", async () => {
    send(add());
    await settle();
    for (let call = 0; call < 4; call++) {
      calls[call]!.refuse(new NetworkError("away"));
      await vi.advanceTimersByTimeAsync(call < 3 ? 8_000 : 0);
    }
    expect(outbox.entries(1)[0]?.state).toBe("retrying");
    await vi.advanceTimersByTimeAsync(2_000);
    calls[4]!.answer(attachment({ id: 9 }));
    await settle();
    expect(delivered).toHaveLength(1);
  });
});
