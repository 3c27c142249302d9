import { BASE, csrfToken, signIn } from "./client";
import { noteServerDate } from "./clock";
import { errorFrom, NetworkError } from "./errors";
import type { Attachment, MediaKind } from "./types";

export interface UploadBody {
  file: Blob;
  name: string;
  kind: MediaKind;
  /** Recorded here: it becomes a voice note, whatever the browser records in. */
  isVoice?: boolean;
}

interface Options {
  signal?: AbortSignal;
  /** How much has left, from 0 to 1. */
  onProgress?: (share: number) => void;
}

/** Some networks let a connection die without a word. */
const STALL_MS = 60_000;

/** Bring a file to the server; it is cut when nothing moves for a minute. By XMLHttpRequest, which alone tells how much has left. */
export function uploadMedia(slug: string, body: UploadBody, options: Options = {}): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const { signal, onProgress } = options;
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let isStalled = false;
    let stall: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      clearTimeout(stall);
      stall = setTimeout(() => {
        isStalled = true;
        abort();
      }, STALL_MS);
    };
    const finish = (end: () => void) => {
      clearTimeout(stall);
      signal?.removeEventListener("abort", abort);
      end();
    };
    request.open("POST", `${BASE}/media`);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Organization", slug);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.onprogress = ({ loaded, total }) => {
      moved();
      onProgress?.(total > 0 ? loaded / total : 0);
    };
    request.onload = () => finish(() => answered(request).then(resolve, reject));
    request.onerror = () => finish(() => reject(new NetworkError("The upload was cut short.")));
    const givenUp = () => new DOMException("The upload was given up.", "AbortError");
    request.onabort = () =>
      finish(() => reject(isStalled ? new NetworkError("The upload stood still.") : givenUp()));
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    else {
      moved();
      request.send(formOf(body));
    }
  });
}

function formOf({ file, name, kind, isVoice }: UploadBody): FormData {
  const form = new FormData();
  form.append("kind", kind);
  if (isVoice) form.append("voice", "true");
  // Last: a server that reads on the way knows what it is for before the bytes come.
  form.append("file", file, name);
  return form;
}

async function answered(request: XMLHttpRequest): Promise<Attachment> {
  const response = new Response(request.responseText || null, {
    status: request.status,
    headers: headersOf(request),
  });
  noteServerDate(response.headers);
  if (response.status === 401) signIn();
  if (!response.ok) throw await errorFrom(response);
  try {
    return (await response.json()) as Attachment;
  } catch (cause) {
    throw new NetworkError("The answer was cut short.", { cause });
  }
}

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const name of ["Date", "Retry-After"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
