import type {
  Channel,
  Contact,
  Conversation,
  ConversationFilter,
  Counts,
  Me,
  Member,
  MergeProposal,
  Message,
  Page,
  Pages,
  Ticket,
} from "@/api";

import { applyToConversation, applyToList, type Viewer } from "./applyList";
import { applyToThread } from "./applyThread";
import type { News } from "./knowledge";

export type { Viewer } from "./applyList";

/** One part of the cache, with what its key says about it. */
export type Entry =
  | { kind: "conversations"; filter: ConversationFilter; data: Pages<Conversation> }
  | { kind: "conversation"; id: number; data: Conversation }
  | { kind: "messages"; id: number; data: Pages<Message> }
  | { kind: "tickets"; id: number; data: Page<Ticket> }
  | { kind: "contact"; id: number; data: Contact }
  | { kind: "channels"; data: Channel[] }
  | { kind: "merge-proposals"; data: MergeProposal[] }
  | { kind: "members"; data: Member[] }
  | { kind: "counts"; data: Counts }
  | { kind: "me"; data: Me };

/** What becomes of a part: other data, a part to ask for again, or one that we may no longer see. */
export type Outcome<T = unknown> = { data: T } | { data: T; stale: true } | { gone: true };

/**
 * Lay news over one part of the cache. Pure: it only says what should become of the part, and the same
 * object comes back when nothing changes.
 */
export function apply(entry: Entry, news: News, viewer: Viewer): Outcome {
  switch (entry.kind) {
    case "conversations": {
      const { data, stale } = applyToList(entry.data, entry.filter, news, viewer);
      return marked(data, stale);
    }
    case "conversation":
      if (news.conversations.get(entry.id) === null) return { gone: true };
      return marked(applyToConversation(entry.data, news), wasMerged(entry.data.contact.id, news));
    case "messages":
      if (news.conversations.get(entry.id) === null) return { gone: true };
      return marked(applyToThread(entry.data, entry.id, news), hasMoved(entry.id, news));
    case "tickets":
      return marked(entry.data, ticketsMoved(entry.id, entry.data, news));
    case "contact":
      if (news.merged.has(entry.id)) return { gone: true };
      return { data: applyToContact(entry.data, news) };
    case "channels":
      return { data: renewed(entry.data, news.channels) };
    case "merge-proposals":
      return { data: renewed(entry.data, news.proposals) };
    case "members":
      return { data: renewed(entry.data, news.members) };
    case "counts":
      return { data: entry.data };
    case "me":
      return applyToMe(entry.data, news);
  }
}

function applyToContact(held: Contact, news: News): Contact {
  const contact = news.contacts.get(held.id) ?? held;
  const isHit = contact.conversations.some(({ id }) => news.conversations.get(id));
  if (!isHit) return contact;
  return {
    ...contact,
    conversations: contact.conversations.map((held) => {
      const conversation = news.conversations.get(held.id);
      if (!conversation) return held;
      const { id, status, last_activity_at } = conversation;
      return { id, status, last_activity_at };
    }),
  };
}

/** A short list with what is new of it; null takes one out. */
function renewed<T extends { id: number }>(held: T[], news: Map<number, T | null>): T[] {
  if (news.size === 0) return held;
  const known = new Set(held.map(({ id }) => id));
  const changed = held.flatMap((one) => {
    const told = news.get(one.id);
    return told === null ? [] : [told ?? one];
  });
  const added = [...news.values()].filter((one): one is T => one !== null && !known.has(one.id));
  return [...changed, ...added];
}

/** Whether the person, or the one that another has become, is behind a conversation. */
function wasMerged(contactId: number, news: News): boolean {
  return news.merged.has(contactId) || [...news.merged.values()].some(({ id }) => id === contactId);
}

/** Whether messages of two people may have come together in this thread. */
function hasMoved(conversationId: number, news: News): boolean {
  return [...news.merged.values()].some((kept) => kept.conversations.some(({ id }) => id === conversationId));
}

function marked<T>(data: T, stale: boolean): Outcome<T> {
  return stale ? { data, stale } : { data };
}

function applyToMe(held: Me, news: News): Outcome<Me> {
  const data = news.organization ? { ...held, organization: news.organization } : held;
  const self = held.membership && news.members.get(held.membership.id);
  // What a role or a setting allows is the server's to say.
  return marked(data, Boolean(self || news.organization));
}

function ticketsMoved(id: number, held: Page<Ticket>, news: News): boolean {
  const conversation = news.conversations.get(id);
  if (!conversation) return false;
  const open = held.results.find((ticket) => ticket.closed_at === null);
  return (open?.id ?? null) !== (conversation.ticket?.id ?? null);
}
