import { noteServerDate } from "./clock";
import { errorFrom, NetworkError } from "./errors";

export type Query = Record<string, string | number | null | undefined>;

interface Options {
  query?: Query;
  signal?: AbortSignal;
  idempotencyKey?: string;
  body?: unknown;
}

/** Speaks to `/api/v1` in the name of one organisation. */
export interface Client {
  readonly slug: string | null;
  get<T>(path: string, options?: Pick<Options, "query" | "signal">): Promise<T>;
  /** Follow the `next` address that a list gave. */
  follow<T>(url: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown, options?: Pick<Options, "signal" | "idempotencyKey">): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
}

export const BASE = "/api/v1";
const TIMEOUT_MS = 30_000;

/** Make the client of an organisation; null is for what belongs to the person alone. */
export function createClient(slug: string | null): Client {
  const call = <T>(method: string, path: string, options: Options = {}) =>
    request<T>(slug, method, BASE + path + queryString(options.query), options);

  return {
    slug,
    get: (path, options) => call("GET", path, options),
    follow: (url, signal) => request(slug, "GET", sameOrigin(url), { signal }),
    post: (path, body, options) => call("POST", path, { ...options, body: body ?? {} }),
    put: (path, body) => call("PUT", path, { body }),
    patch: (path, body) => call("PATCH", path, { body }),
    delete: (path) => call("DELETE", path),
  };
}

async function request<T>(
  slug: string | null,
  method: string,
  url: string,
  { signal, idempotencyKey, body }: Options,
): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  if (slug) headers.set("X-Organization", slug);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (method !== "GET") headers.set("X-CSRFToken", csrfToken());
  if (idempotencyKey) headers.set("Idempotency-Key", idempotencyKey);

  const response = await send(url, {
    method,
    headers,
    credentials: "same-origin",
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: withTimeout(signal),
  });
  noteServerDate(response.headers);
  if (response.status === 401) signIn();
  if (!response.ok) throw await errorFrom(response);
  if (response.status === 204) return undefined as T;
  return (await read(response)) as T;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new NetworkError("No answer from the server.", { cause: error });
  }
}

/** A body cut short is a network failure too: the server has acted, we only did not hear of it. */
async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new NetworkError("The answer was cut short.", { cause: error });
  }
}

function withTimeout(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function queryString(query: Query | undefined): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== null && value !== undefined && value !== "") pairs.set(name, String(value));
  const text = pairs.toString();
  return text && `?${text}`;
}

/** Keep the path only: behind a proxy the server may not know its own scheme or host. */
function sameOrigin(url: string): string {
  const { pathname, search } = new URL(url, window.location.origin);
  return pathname + search;
}

export function csrfToken(): string {
  const match = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie);
  return match ? decodeURIComponent(match[1]!) : "";
}

let leaving = false;

/** Leave for the sign-in page, and come back to this one afterwards. */
export function signIn(): void {
  if (leaving) return;
  leaving = true;
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/accounts/login/?next=${encodeURIComponent(here)}`);
}
