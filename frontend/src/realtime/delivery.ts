import { ApiError, type Client, type Message, type Page } from "@/api";

import { type Moves, movedTo } from "./moves";
import type { OutboxEntry } from "./types";

/** How far back a message is looked for that the server may have; our key holds for a day. */
const PAGES = 5;
const PAGE = 100;

/**
 * Hand a message to the server, under its own key, in the chat for which it was written: only the server knows
 * for certain whether that one stands by itself or has become part of another one.
 */
export async function deliver(client: Client, moves: Moves, entry: OutboxEntry): Promise<Message> {
  const { conversationId } = entry;
  try {
    return await post(client, conversationId, entry);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const into = movedTo(error);
    if (into !== null) moves.learn(conversationId, into);
    const home = moves.home(conversationId);
    if (home === conversationId) throw error;
    return await post(client, home, entry);
  }
}

async function post(client: Client, conversationId: number, entry: OutboxEntry): Promise<Message> {
  try {
    return await client.post<Message>(`/conversations/${conversationId}/messages`, bodyOf(entry), {
      idempotencyKey: entry.clientId,
    });
  } catch (error) {
    // Its key is spent, perhaps on this very message before its chat became part of another one.
    const isSpent = error instanceof ApiError && error.code === "idempotency_conflict";
    const sent = isSpent ? await find(client, conversationId, entry.clientId) : null;
    if (sent === null) throw error;
    return sent;
  }
}

async function find(client: Client, conversationId: number, clientId: string): Promise<Message | null> {
  const path = `/conversations/${conversationId}/messages`;
  let page = await client.get<Page<Message>>(path, { query: { limit: PAGE } });
  for (let read = 1; ; read++) {
    const found = page.results.find(({ client_id }) => client_id === clientId);
    if (found) return found;
    if (page.next === null || read === PAGES) return null;
    page = await client.follow<Page<Message>>(page.next);
  }
}

function bodyOf({ text, media, clientId, replyTo }: OutboxEntry) {
  const reply = replyTo?.id == null ? {} : { reply_to: replyTo.id };
  if (!media) return { type: "text", text, client_id: clientId, ...reply };
  const { id, kind, is_voice: isVoice } = media.attachment;
  return {
    type: kind,
    media: { id },
    client_id: clientId,
    ...(text && { caption: text }),
    ...(isVoice && { voice: true }),
    ...reply,
  };
}
