import { type Query, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";

import { type AppEvent, keys, type Me, signIn, uploadMedia, useClient } from "@/api";

import { RealtimeContext } from "./context";
import { deliver } from "./delivery";
import { LiveCache } from "./liveCache";
import { followMoves, Moves } from "./moves";
import { Outbox } from "./outbox";
import { OutboxStore } from "./outboxStore";
import { pollWhileAway } from "./poll";
import { Signals } from "./signals";
import { EventSocket } from "./socket";
import { strayFinder } from "./strays";
import { Uploads } from "./uploads";

interface Props {
  /** What `/me` answered for this organisation; the stream goes on from the place it names. */
  me: Me;
  onNotVisible: () => void;
  children: ReactNode;
}

/** The live line, the cache it keeps true, and what waits to be sent, for one organisation. */
export function RealtimeProvider({ me, onNotVisible, children }: Props) {
  const client = useClient();
  const queries = useQueryClient();
  const { slug } = client;
  const userId = me.user.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the line begins once where the first `me` stands
  const parts = useMemo(() => {
    const cache = new LiveCache(queries, slug, me.events?.seq ?? 0);
    const uploads = new Uploads((body, options) => uploadMedia(slug, body, options));
    const moves = new Moves();
    const outbox = new Outbox({
      home: moves.home,
      store: new OutboxStore(slug, userId),
      uploads,
      deliver: (entry) => cache.bringMessage(() => deliver(client, moves, entry)),
    });
    const findStrays = strayFinder({ queries, client, outbox, moves });
    const signals = new Signals((frame) => connection.send(frame));
    const take = (events: AppEvent[], through: number) => {
      for (const event of cache.take(events, through)) {
        moves.take(event);
        heed(event, outbox, signals);
      }
      if (events.some(({ type }) => type === "conversation.removed")) findStrays();
    };
    const restart = (at: number) => {
      signals.clear();
      // What was taken back meanwhile is told by nobody; what still holds is learned again.
      moves.clear();
      void cache.restart(at).finally(findStrays);
    };
    const connection = new EventSocket({
      url: `/ws/v1/events?organization=${encodeURIComponent(slug)}`,
      start: me.events,
      onEvents: take,
      onSignal: (signal) => signals.receive(signal),
      onRestart: restart,
      onShutOut: (reason) => (reason === "signed_out" ? signIn() : onNotVisible()),
    });
    const poll = () =>
      pollWhileAway({
        client,
        connection,
        streamId: me.events?.stream_id ?? "",
        position: () => cache.position,
        onEvents: take,
        onRestart: restart,
      });
    return { cache, moves, outbox, findStrays, uploads, signals, connection, poll };
  }, [client, queries, slug, userId]);

  useEffect(() => {
    const { cache, moves, connection, outbox, findStrays, uploads, signals, poll } = parts;
    const detach = cache.attach();
    const stopLearning = followMoves(queries, slug, moves);
    const unsubscribe = connection.subscribe(() => {
      if (connection.get() === "live") signals.announce();
    });
    outbox.start();
    const stopFinding = outbox.subscribe(findStrays);
    findStrays();
    connection.start();
    const stopPolling = poll();
    const stopGuarding = guardFiles(uploads);
    return () => {
      stopPolling();
      stopFinding();
      stopGuarding();
      connection.stop();
      outbox.stop();
      uploads.stop();
      signals.clear();
      unsubscribe();
      stopLearning();
      detach();
      // Nothing keeps these true from here on. `me` stays: its place in the stream is where to begin again.
      const isOurs = ({ queryKey }: Query) => queryKey[2] !== "me";
      queries.removeQueries({ queryKey: keys.all(slug), predicate: isOurs });
    };
  }, [parts, queries, slug]);

  return <RealtimeContext.Provider value={parts}>{children}</RealtimeContext.Provider>;
}

function heed(event: AppEvent, outbox: Outbox, signals: Signals): void {
  if (event.type !== "message.created") return;
  const { message } = event.data;
  if (message.client_id) outbox.confirm(message.client_id);
  if (message.author.kind === "member") signals.wrote(message.conversation_id, message.author.id);
}

/** A file that is not at the server yet would be lost with the page: the browser asks first. */
function guardFiles(uploads: Uploads): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  const follow = () => {
    if (uploads.isBusy) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  };
  const unsubscribe = uploads.subscribe(follow);
  return () => {
    unsubscribe();
    window.removeEventListener("beforeunload", ask);
  };
}
