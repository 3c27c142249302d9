/** The server understood and refused: its stable code, for our own words, and the field messages. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    /** Seconds the server asked us to wait. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Tell whether the same request may succeed later without a change. */
  get isTransient(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** No answer: the network failed, so the server may or may not have acted. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

export function isTransient(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && error.isTransient);
}

/** Read the error shape of `/api/v1`, and make one up for answers of proxies that do not speak it. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const retryAfter = seconds(response.headers.get("Retry-After"));
  try {
    const { error } = (await response.json()) as {
      error: { code: string; message: string; details?: Record<string, unknown> };
    };
    return new ApiError(response.status, error.code, error.message, error.details ?? {}, retryAfter);
  } catch {
    const code = response.status >= 500 ? "unavailable" : `http_${response.status}`;
    return new ApiError(response.status, code, response.statusText, {}, retryAfter);
  }
}

function seconds(header: string | null): number | null {
  if (header === null) return null;
  const value = Number(header);
  if (Number.isFinite(value)) return Math.max(0, value);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}
