import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { NetworkError } from "./errors";
import { uploadMedia } from "./upload";

/** A request in the test's hand. */
class Request {
  static last: Request;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onabort?: () => void;
  status = 201;
  responseText = '{"id": 9}';
  open = () => {};
  setRequestHeader = () => {};
  getResponseHeader = () => null;
  send = () => {
    Request.last = this;
  };
  abort = vi.fn(() => this.onabort?.());
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", Request);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const upload = (signal?: AbortSignal) => {
  const end = vi.fn();
  const body = { file: new Blob(["x"]), name: "foto.jpg", kind: "image" as const };
  uploadMedia("tienda", body, { signal }).then(end, end);
  return end;
};

describe("an upload", () => {
  test("that stands still for a minute is cut, as a bad network is, so that it is tried again", async () => {
    const end = upload();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(end).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(end.mock.calls[0]![0]).toBeInstanceOf(NetworkError);
    expect(Request.last.abort).toHaveBeenCalledOnce();
  });

  test("that is slow but goes on takes the time that it needs", async () => {
    const end = upload();
    for (let loaded = 1; loaded <= 5; loaded++) {
      await vi.advanceTimersByTimeAsync(50_000);
      Request.last.upload.onprogress?.({ loaded, total: 5 });
    }
    await vi.advanceTimersByTimeAsync(50_000);
    Request.last.onload?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(end).toHaveBeenCalledExactlyOnceWith({ id: 9 });
    expect(Request.last.abort).not.toHaveBeenCalled();
  });

  test("that a person gives up is not taken for a bad network", async () => {
    const aborter = new AbortController();
    const end = upload(aborter.signal);
    aborter.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(end.mock.calls).toEqual([[expect.objectContaining({ name: "AbortError" })]]);
  });
});
