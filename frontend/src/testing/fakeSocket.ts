import type { ServerFrame } from "@/realtime/frames";

/** A WebSocket whose other end the test holds. */
export class FakeSocket {
  static readonly opened: FakeSocket[] = [];
  /** Said by the server to whoever connects; null leaves it to the test. */
  static greeting: ServerFrame | null = null;
  readyState = 1;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];

  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
    const { greeting } = FakeSocket;
    if (greeting) queueMicrotask(() => this.say(greeting));
  }

  static get last(): FakeSocket {
    return FakeSocket.opened[FakeSocket.opened.length - 1]!;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  break(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
