import { HttpResponse } from "msw";
import { http } from "msw/http";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createClient } from "./client";
import { ApiError, isTransient, NetworkError } from "./errors";

const server = setupServer();
const client = createClient("tienda");

beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
beforeEach(() => {
  // biome-ignore lint/suspicious/noDocumentCookie: this is how the server's cookie looks to the page
  document.cookie = "csrftoken=secreto%3D1";
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** Answer one path and keep what was asked. */
function answer(method: "get" | "post" | "patch" | "delete", path: string, response: () => Response) {
  const asked: Request[] = [];
  server.use(
    http[method](`/api/v1${path}`, ({ request }) => {
      asked.push(request);
      return response();
    }),
  );
  return asked;
}

describe("a request", () => {
  test("names the organisation and leaves out empty filters", async () => {
    const asked = answer("get", "/conversations", () => HttpResponse.json({ results: [] }));
    await client.get("/conversations", { query: { status: "open", q: "", cursor: null, limit: 50 } });
    expect(asked[0]!.headers.get("X-Organization")).toBe("tienda");
    expect(asked[0]!.headers.get("X-CSRFToken")).toBeNull();
    expect(new URL(asked[0]!.url).search).toBe("?status=open&limit=50");
  });

  test("that changes something carries the CSRF token and its key", async () => {
    const asked = answer("post", "/conversations/1/messages", () =>
      HttpResponse.json({ id: 9 }, { status: 201 }),
    );
    await client.post("/conversations/1/messages", { text: "hola" }, { idempotencyKey: "k-1" });
    expect(asked[0]!.headers.get("X-CSRFToken")).toBe("secreto=1");
    expect(asked[0]!.headers.get("Idempotency-Key")).toBe("k-1");
    expect(await asked[0]!.json()).toEqual({ text: "hola" });
  });

  test("follows `next` on our own host, whatever host the server believes it has", async () => {
    const asked = answer("get", "/conversations", () => HttpResponse.json({ results: [] }));
    await client.follow("http://internal:9000/api/v1/conversations?cursor=abc");
    expect(new URL(asked[0]!.url).host).toBe(window.location.host);
    expect(new URL(asked[0]!.url).search).toBe("?cursor=abc");
  });
});

describe("trouble", () => {
  test("a refusal has the server's code and details", async () => {
    const error = { code: "invalid", message: "No.", details: { text: ["Muy largo."] } };
    answer("get", "/me", () => HttpResponse.json({ error }, { status: 422 }));
    const caught = await client.get("/me").catch((reason: unknown) => reason);
    expect(caught).toBeInstanceOf(ApiError);
    expect(caught).toMatchObject({ status: 422, code: "invalid", details: { text: ["Muy largo."] } });
    expect(isTransient(caught)).toBe(false);
  });

  test("a proxy's page of HTML is an error too", async () => {
    answer("get", "/me", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 }));
    const caught = await client.get("/me").catch((reason: unknown) => reason);
    expect(caught).toMatchObject({ status: 502, code: "unavailable" });
    expect(isTransient(caught)).toBe(true);
  });

  test("the wait that the server asks for is understood", async () => {
    answer("get", "/me", () =>
      HttpResponse.json(
        { error: { code: "too_many_requests", message: "" } },
        { status: 429, headers: { "Retry-After": "7" } },
      ),
    );
    await expect(client.get("/me")).rejects.toMatchObject({ retryAfter: 7 });
  });

  test.each([
    ["no answer", () => HttpResponse.error()],
    ["an answer cut short", () => new HttpResponse('{"id": 9, "te', { status: 201 })],
  ])("%s is a network error: nobody knows whether it was done", async (_name, response) => {
    answer("post", "/conversations/1/messages", response);
    const caught = await client.post("/conversations/1/messages", {}).catch((reason: unknown) => reason);
    expect(caught).toBeInstanceOf(NetworkError);
    expect(isTransient(caught)).toBe(true);
  });
});
