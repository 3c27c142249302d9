import { ApiError, type AppEvent, type Client, type Me } from "@/api";

import type { Readable } from "./context";
import type { ConnectionState } from "./types";

const PATIENCE_MS = 10_000;
const EVERY_MS = 5_000;

interface EventPage {
  stream_id: string;
  results: AppEvent[];
  through: number;
  more: boolean;
}

interface Options {
  client: Client;
  connection: Readable<ConnectionState>;
  streamId: string;
  position: () => number;
  onEvents: (events: AppEvent[], through: number) => void;
  onRestart: (at: number) => void;
}

/**
 * Ask for events over plain HTTP while the socket does not get through, as behind a proxy that knows no
 * sockets: slower, but what is on screen goes on moving. Returns how to stop.
 */
export function pollWhileAway(options: Options): () => void {
  const { connection } = options;
  let { streamId } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  const isAway = () => connection.get() === "reconnecting" && !isStopped;
  const later = (wait: number) => {
    timer = setTimeout(() => void round(), wait);
  };
  const follow = () => {
    if (!isAway()) {
      clearTimeout(timer);
      timer = undefined;
    } else if (timer === undefined) later(PATIENCE_MS);
  };

  async function round(): Promise<void> {
    try {
      await catchUp();
    } catch (error) {
      if (error instanceof ApiError && error.code === "resync") await restart().catch(() => {});
      // Anything else passes, or is what the connection sign says already.
    }
    if (isAway()) later(EVERY_MS);
    else timer = undefined;
  }

  async function catchUp(): Promise<void> {
    for (let more = true; more && isAway(); ) {
      const query = { after: options.position(), stream: streamId, limit: 100 };
      const page = await options.client.get<EventPage>("/events", { query });
      if (!isAway()) return;
      options.onEvents(page.results, page.through);
      more = page.more;
    }
  }

  async function restart(): Promise<void> {
    const { events } = await options.client.get<Me>("/me");
    if (!events || !isAway()) return;
    streamId = events.stream_id;
    options.onRestart(events.seq);
  }

  const unsubscribe = connection.subscribe(follow);
  follow();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    unsubscribe();
  };
}
