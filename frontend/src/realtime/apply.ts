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
  | { kind: "merge-proposals"; state: MergeProposal["state"]; data: MergeProposal[] }
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
      return { data: applyToConversation(entry.data, news) };
    case "messages":
      if (news.conversations.get(entry.id) === null) return { gone: true };
      return marked(applyToThread(entry.data, entry.id, news), news.rebuilt.has(entry.id));
    case "tickets":
      return marked(entry.data, ticketsMoved(entry.id, entry.data, news));
    case "contact":
      if (news.merged.has(entry.id)) return { gone: true };
      return { data: applyToContact(entry.data, news) };
    case "channels":
      return { data: renewed(entry.data, news.channels) };
    case "merge-proposals":
      return { data: applyToProposals(entry.data, entry.state, news) };
    case "members":
      return { data: renewed(entry.data, news.members) };
    case "counts":
      return { data: entry.data };
    case "me":
      return applyToMe(entry.data, news);
  }
}

function applyToContact(held: Contact, news: News): Contact {
  const told = news.contacts.get(held.id);
  const conversations = chatsOf(held, news);
  if (!told && conversations === held.conversations) return held;
  return { ...(told ?? held), conversations };
}

/** The chats of a contact. What is told of the contact itself names one of them only. */
function chatsOf({ id: contactId, conversations: held }: Contact, news: News): Contact["conversations"] {
  const isHit = (id: number, owner?: number) => owner === contactId || held.some((chat) => chat.id === id);
  const hits = [...news.conversations].filter(([id, told]) => isHit(id, told?.contact.id));
  if (hits.length === 0) return held;
  const chats = new Map(held.map((chat) => [chat.id, chat]));
  for (const [id, told] of hits) {
    if (told?.contact.id !== contactId) chats.delete(id);
    else chats.set(id, { id, status: told.status, last_activity_at: told.last_activity_at });
  }
  return [...chats.values()];
}

/** Those of one state, the newest first. */
function applyToProposals(held: MergeProposal[], state: MergeProposal["state"], news: News): MergeProposal[] {
  if (news.proposals.size === 0) return held;
  return renewed(held, news.proposals)
    .filter((proposal) => proposal.state === state)
    .sort((a, b) => b.id - a.id);
}

/** A short list with what is new of it. */
function renewed<T extends { id: number }>(held: T[], news: Map<number, T>): T[] {
  if (news.size === 0) return held;
  const known = new Set(held.map(({ id }) => id));
  const added = [...news.values()].filter(({ id }) => !known.has(id));
  return [...held.map((one) => news.get(one.id) ?? one), ...added];
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
