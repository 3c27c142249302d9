import type { ServerFrame } from "@/realtime/frames";

import type { Model } from "../model";

/** Stand in for the browser's WebSocket with one that is fed by a model. */
export function socketOf(model: Model): typeof WebSocket {
  class ModelSocket {
    readyState = 0;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;

    constructor(url: string) {
      const since = Number(new URL(url).searchParams.get("since") ?? model.seq);
      setTimeout(() => {
        this.readyState = 1;
        this.say({ type: "hello", stream_id: "stream-1", seq: model.seq, heartbeat_seconds: 20 });
        const events = model.log.filter(({ seq }) => seq > since);
        this.say({ type: "events", events, through: model.seq });
        model.listeners.add((event) => this.say({ type: "events", events: [event], through: event.seq }));
        setInterval(() => this.say({ type: "heartbeat", seq: model.seq, through: model.seq }), 20_000);
      }, 150);
    }

    send(): void {}

    close(): void {
      this.readyState = 3;
    }

    say(frame: ServerFrame): void {
      if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) });
    }
  }
  return ModelSocket as unknown as typeof WebSocket;
}

/** One that never gets through. */
export class DeadSocket {
  readyState = 0;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    setTimeout(() => this.onclose?.({ code: 1006 }), 100);
  }

  send(): void {}
  close(): void {}
}
