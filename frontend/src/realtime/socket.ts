import type { AppEvent, StreamPosition } from "@/api";

import { backoff } from "./backoff";
import type { Readable } from "./context";
import { CLOSE, type ClientFrame, readFrame, type ServerFrame, type Signal } from "./frames";
import type { ConnectionState } from "./types";

const SILENCE_MS = 45_000;
const TOO_MANY_MS = 60_000;
/** Taking an acknowledgement costs the server as much as sending a frame: several frames get one. */
const ACKNOWLEDGE_MS = 250;
/** Unless so much was taken that the server may wait for word. */
const UNACKNOWLEDGED_SIZE = 64 * 1024;

export interface SocketHandlers {
  /** Apply events; acknowledged once this has returned. */
  onEvents(events: AppEvent[], through: number): void;
  onSignal(signal: Signal): void;
  /** The thread was lost: everything on screen is to be read anew. `at` is where the stream now stands. */
  onRestart(at: number): void;
  /** The session has ended, or the organisation is not ours any more. */
  onShutOut(reason: "signed_out" | "not_visible"): void;
}

interface Options extends SocketHandlers {
  url: string;
  start: StreamPosition | null;
  open?: (url: string) => WebSocket;
  random?: () => number;
}

/**
 * The live line to the server. It comes back by itself, goes on where it stopped, and says honestly how it
 * stands.
 */
export class EventSocket implements Readable<ConnectionState> {
  private state: ConnectionState = "connecting";
  private socket: WebSocket | null = null;
  private position: StreamPosition | null;
  private head = 0;
  private attempt = 0;
  private stopped = true;
  private mustRestart = false;
  private unacknowledged = 0;
  private applied = 0;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private reconnect: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: Options) {
    this.position = options.start;
  }

  readonly get = () => this.state;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.retryNow);
    window.addEventListener("offline", this.lost);
    document.addEventListener("visibilitychange", this.seen);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.retryNow);
    window.removeEventListener("offline", this.lost);
    document.removeEventListener("visibilitychange", this.seen);
    this.drop();
    clearTimeout(this.reconnect);
  }

  /** Say something that may be lost. */
  send(frame: ClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private connect(): void {
    if (this.stopped) return;
    this.drop();
    const socket = (this.options.open ?? ((url) => new WebSocket(url)))(this.address());
    this.socket = socket;
    this.listen();
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.closed(code);
    };
  }

  private address(): string {
    const url = new URL(this.options.url, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : url.protocol === "http:" ? "ws:" : url.protocol;
    if (this.position && !this.mustRestart) {
      url.searchParams.set("since", String(this.position.seq));
      url.searchParams.set("stream", this.position.stream_id);
    }
    return url.toString();
  }

  private receive(data: unknown): void {
    this.listen();
    const frame = readFrame(data);
    if (!frame) return;
    try {
      this.act(frame, typeof data === "string" ? data.length : 0);
    } catch (error) {
      // Better to read everything anew than to go on from a state that is half applied.
      console.error("An event could not be applied.", error);
      this.mustRestart = true;
      this.closed(CLOSE.resync);
    }
  }

  private act(frame: ServerFrame, size: number): void {
    switch (frame.type) {
      case "hello":
        this.greet(frame);
        return;
      case "events":
        this.attempt = 0;
        this.options.onEvents(frame.events, frame.through);
        this.advance(frame.through);
        this.acknowledge(frame.through, size);
        return;
      case "heartbeat":
        // Only now: a server that greets and hangs up must not be asked again at once, for ever.
        this.attempt = 0;
        this.head = Math.max(this.head, frame.seq);
        this.advance(frame.through);
        return;
      case "signal":
        this.options.onSignal(frame);
        return;
      case "resync":
        this.mustRestart = true;
        this.closed(CLOSE.resync);
        return;
    }
  }

  /** Tell that everything up to `through` was applied, after a moment for all that comes until then. */
  private acknowledge(through: number, size: number): void {
    this.unacknowledged += size;
    this.applied = through;
    if (this.unacknowledged >= UNACKNOWLEDGED_SIZE) this.tellApplied();
    else this.telling ??= setTimeout(() => this.tellApplied(), ACKNOWLEDGE_MS);
  }

  private tellApplied(): void {
    this.forgetApplied();
    this.send({ type: "ack", through: this.applied });
  }

  private forgetApplied(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.unacknowledged = 0;
  }

  private greet({ stream_id, seq }: { stream_id: string; seq: number }): void {
    this.head = seq;
    if (this.mustRestart || !this.position || this.position.stream_id !== stream_id) {
      this.mustRestart = false;
      this.position = { stream_id, seq };
      this.options.onRestart(seq);
    }
    this.advance(this.position.seq);
  }

  /** Everything up to `through` has been applied. */
  private advance(through: number): void {
    if (!this.position) return;
    const seq = Math.max(this.position.seq, through);
    this.position = { ...this.position, seq };
    this.become(seq >= this.head ? "live" : "catching_up");
  }

  private closed(code: number): void {
    this.drop();
    if (this.stopped) return;
    if (code === CLOSE.signedOut) this.shutOut("signed_out");
    else if (code === CLOSE.notVisible) this.shutOut("not_visible");
    else if (!navigator.onLine) this.become("offline");
    else this.comeBack(code);
  }

  private comeBack(code: number): void {
    if (code === CLOSE.resync) this.mustRestart = true;
    this.become("reconnecting");
    const slow = code === CLOSE.tooMany ? { base: TOO_MANY_MS, ceiling: TOO_MANY_MS } : {};
    const delay = backoff(this.attempt++, { ...slow, random: this.options.random });
    clearTimeout(this.reconnect);
    this.reconnect = setTimeout(() => this.connect(), delay);
  }

  private shutOut(reason: "signed_out" | "not_visible"): void {
    this.stop();
    this.become("offline");
    this.options.onShutOut(reason);
  }

  private readonly retryNow = () => {
    clearTimeout(this.reconnect);
    this.attempt = 0;
    if (this.state !== "connecting") this.become("reconnecting");
    this.connect();
  };

  private readonly lost = () => {
    clearTimeout(this.reconnect);
    this.drop();
    this.become("offline");
  };

  /** Timers sleep in a hidden tab; whoever comes back to it should not wait for them. */
  private readonly seen = () => {
    if (document.visibilityState === "visible" && this.state === "reconnecting") this.retryNow();
  };

  /** A line that is dead without saying so is found by its silence. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.closed(0), SILENCE_MS);
  }

  private drop(): void {
    clearTimeout(this.silence);
    this.forgetApplied();
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  private become(state: ConnectionState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
