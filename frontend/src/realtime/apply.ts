import type {
  Contact,
  Conversation,
  ConversationFilter,
  Counts,
  Me,
  Member,
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
      return stale ? { data, stale } : { data };
    }
    case "conversation":
      if (news.conversations.get(entry.id) === null) return { gone: true };
      return { data: applyToConversation(entry.data, news) };
    case "messages":
      if (news.conversations.get(entry.id) === null) return { gone: true };
      return { data: applyToThread(entry.data, entry.id, news) };
    case "tickets":
      return ticketsMoved(entry.id, entry.data, news)
        ? { data: entry.data, stale: true }
        : { data: entry.data };
    case "contact":
      return { data: applyToContact(entry.data, news) };
    case "members":
      return { data: applyToMembers(entry.data, news) };
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

function applyToMembers(held: Member[], news: News): Member[] {
  if (news.members.size === 0) return held;
  const known = new Set(held.map(({ id }) => id));
  const changed = held.map((member) => news.members.get(member.id) ?? member);
  return [...changed, ...[...news.members.values()].filter(({ id }) => !known.has(id))];
}

function applyToMe(held: Me, news: News): Outcome<Me> {
  const data = news.organization ? { ...held, organization: news.organization } : held;
  const self = held.membership && news.members.get(held.membership.id);
  // What a role or a setting allows is the server's to say.
  return self || news.organization ? { data, stale: true } : { data };
}

function ticketsMoved(id: number, held: Page<Ticket>, news: News): boolean {
  const conversation = news.conversations.get(id);
  if (!conversation) return false;
  const open = held.results.find((ticket) => ticket.closed_at === null);
  return (open?.id ?? null) !== (conversation.ticket?.id ?? null);
}
