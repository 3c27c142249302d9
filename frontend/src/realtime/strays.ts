import type { QueryClient } from "@tanstack/react-query";

import { ApiError, conversationQuery, type useClient } from "@/api";

import type { Moves } from "./moves";
import type { Outbox } from "./outbox";

/** What has failed because nobody here can see its chat; `code` of its error. */
export const CHAT_GONE = "chat_gone";

const STEPS = 5;

interface Parts {
  queries: QueryClient;
  client: ReturnType<typeof useClient>;
  outbox: Outbox;
  moves: Moves;
}

/**
 * Make a function that sees to it that each message that has failed is on some screen: in the chat that its own
 * one is part of now, or among those that have none.
 */
export function strayFinder({ queries, client, outbox, moves }: Parts): () => void {
  const asking = new Set<number>();

  const place = async (id: number) => {
    for (let step = 0; step < STEPS; step++) {
      const home = moves.home(id);
      try {
        await queries.fetchQuery(conversationQuery(client, home));
        return;
      } catch (error) {
        const isGone = error instanceof ApiError && (error.status === 404 || error.status === 403);
        if (!isGone) return;
        if (moves.home(id) === home) return outbox.strand(id);
      }
    }
  };
  return () => {
    for (const { conversationId: id, state, error } of outbox.all()) {
      if (state !== "failed" || error?.code === CHAT_GONE || asking.has(id)) continue;
      asking.add(id);
      void place(id).finally(() => asking.delete(id));
    }
  };
}
