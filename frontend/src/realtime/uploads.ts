import { ApiError, type Attachment, isTransient, newId, type UploadBody, type uploadMedia } from "@/api";

import { backoff } from "./backoff";

/** A file on its way to the server. It lives in this page only. */
export interface Upload {
  id: string;
  /** As we show it: our own copy until it is there, then the server's word for it. */
  attachment: Attachment;
  state: "uploading" | "done" | "failed";
  /** From 0 to 1. */
  progress: number;
  /** Only when `state` is failed; `code` has words in `common.errors`. */
  error: { code: string; message: string; details: Record<string, unknown> } | null;
}

interface Job {
  body: UploadBody;
  aborter: AbortController;
  waiting: { resolve: (attachment: Attachment) => void; reject: (error: unknown) => void }[];
}

type Send = (
  body: UploadBody,
  options: NonNullable<Parameters<typeof uploadMedia>[2]>,
) => Promise<Attachment>;

const AT_ONCE = 2;
const TRIES = 4;
const COPIES_KEPT = 60;

/**
 * Brings files to the server, two at a time, and shows how far each has come. A bad network is tried again;
 * what the server refuses waits for a person.
 */
export class Uploads {
  private readonly uploads = new Map<string, Upload>();
  private readonly jobs = new Map<string, Job>();
  private readonly queue: string[] = [];
  private readonly copies = new Map<number, string>();
  private readonly listeners = new Set<() => void>();
  private running = 0;

  constructor(private readonly send: Send) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly get = (id: string): Upload | null => this.uploads.get(id) ?? null;

  /** Whether a reload would lose a file that somebody has chosen. */
  get isBusy(): boolean {
    return this.uploads.size > 0;
  }

  /** Begin at once; `draft` is how it is shown meanwhile, its `url` a copy of ours. */
  add(body: UploadBody, draft: Attachment): Upload {
    const upload: Upload = { id: newId(), attachment: draft, state: "uploading", progress: 0, error: null };
    this.uploads.set(upload.id, upload);
    this.jobs.set(upload.id, { body, aborter: new AbortController(), waiting: [] });
    this.enqueue(upload.id);
    this.changed();
    return upload;
  }

  retry(id: string): void {
    if (this.get(id)?.state !== "failed") return;
    this.change(id, { state: "uploading", progress: 0, error: null });
    this.enqueue(id);
  }

  /** Give it up, or forget what was not sent. */
  drop(id: string): void {
    const upload = this.forget(id);
    if (upload?.attachment.url?.startsWith("blob:")) URL.revokeObjectURL(upload.attachment.url);
  }

  /** It belongs to a message now; the copy of ours goes on standing for the server's. */
  handOver(id: string): void {
    this.forget(id);
  }

  /** The server's word for the file, as soon as it is there; one that had failed is tried again. */
  finished(id: string): Promise<Attachment> {
    const upload = this.uploads.get(id);
    const job = this.jobs.get(id);
    if (!upload || !job) return Promise.reject(new ApiError(410, "upload_lost", ""));
    if (upload.state === "done") return Promise.resolve(upload.attachment);
    return new Promise((resolve, reject) => {
      job.waiting.push({ resolve, reject });
      this.retry(id);
    });
  }

  /** Our own copy of a file that was sent from here: nothing flickers, nothing is loaded twice. */
  copyOf(attachmentId: number): string | null {
    return this.copies.get(attachmentId) ?? null;
  }

  stop(): void {
    for (const id of [...this.uploads.keys()]) this.drop(id);
    for (const url of this.copies.values()) URL.revokeObjectURL(url);
    this.copies.clear();
  }

  private enqueue(id: string): void {
    this.queue.push(id);
    this.next();
  }

  private next(): void {
    while (this.running < AT_ONCE) {
      const id = this.queue.shift();
      if (id === undefined) return;
      this.running++;
      void this.run(id).finally(() => {
        this.running--;
        this.next();
      });
    }
  }

  private async run(id: string): Promise<void> {
    const job = this.jobs.get(id);
    if (!job) return;
    try {
      const attachment = await this.bring(id, job);
      const local = this.get(id)?.attachment.url;
      if (!this.jobs.has(id)) return;
      if (local) this.keepCopy(attachment.id, local);
      this.change(id, { state: "done", progress: 1, attachment });
      for (const { resolve } of job.waiting.splice(0)) resolve(attachment);
    } catch (error) {
      const { code, message, details } =
        error instanceof ApiError ? error : { code: "network", message: String(error), details: {} };
      this.change(id, { state: "failed", error: { code, message, details } });
      for (const { reject } of job.waiting.splice(0)) reject(error);
    }
  }

  private async bring(id: string, { body, aborter }: Job): Promise<Attachment> {
    const { signal } = aborter;
    const onProgress = (progress: number) => this.change(id, { progress });
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(body, { signal, onProgress });
      } catch (error) {
        if (signal.aborted || !isTransient(error) || attempt === TRIES) throw error;
        await pause(backoff(attempt - 1), signal);
        onProgress(0);
      }
    }
  }

  private forget(id: string): Upload | null {
    const upload = this.get(id);
    const job = this.jobs.get(id);
    this.uploads.delete(id);
    this.jobs.delete(id);
    job?.aborter.abort();
    for (const { reject } of job?.waiting.splice(0) ?? [])
      reject(new DOMException("The upload was given up.", "AbortError"));
    if (upload) this.changed();
    return upload;
  }

  private keepCopy(attachmentId: number, url: string): void {
    this.copies.set(attachmentId, url);
    if (this.copies.size <= COPIES_KEPT) return;
    const [oldest, oldUrl] = [...this.copies][0]!;
    this.copies.delete(oldest);
    URL.revokeObjectURL(oldUrl);
  }

  private change(id: string, fields: Partial<Upload>): void {
    const upload = this.uploads.get(id);
    if (!upload) return;
    this.uploads.set(id, { ...upload, ...fields });
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
