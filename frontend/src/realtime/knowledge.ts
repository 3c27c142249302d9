import type {
  AppEvent,
  Channel,
  Contact,
  Conversation,
  LastMessage,
  Member,
  MergeProposal,
  Message,
  Organization,
  StatusChange,
} from "@/api";

import { withStatus } from "./status";

interface Fact<T> {
  seq: number;
  value: T;
}

/** What events told, ready to be laid over any part of the cache. */
export interface News {
  /** Null: the viewer has lost sight of it. */
  conversations: Map<number, Conversation | null>;
  /** By conversation; for copies that did not come with the event itself. */
  lastMessages: Map<number, LastMessage | null>;
  /** By conversation: when something happened last that is no message. */
  activities: Map<number, string>;
  /** Conversations whose messages are others than before. */
  rebuilt: Map<number, true>;
  messages: Map<number, Message>;
  statuses: Map<number, StatusChange & { conversation_id: number }>;
  contacts: Map<number, Contact>;
  /** Contacts that are none of their own any more, and into whom they went. */
  merged: Map<number, Contact>;
  proposals: Map<number, MergeProposal>;
  channels: Map<number, Channel>;
  members: Map<number, Member>;
  organization: Organization | null;
}

/** What the server says of one thing when it is asked to change it. */
export interface Answer {
  conversation?: Conversation;
  message?: Message;
  channel?: Channel;
}

/**
 * The newest thing heard about each resource, by the event's number. Whatever the order in which events
 * come, and however often, the same set of them leads to the same knowledge.
 */
export class Knowledge {
  private conversations = new Map<number, Fact<Conversation | null>>();
  private lastMessages = new Map<number, Fact<LastMessage | null>>();
  private activities = new Map<number, Fact<string>>();
  private rebuilt = new Map<number, Fact<true>>();
  private messages = new Map<number, Fact<Message>>();
  private statuses = new Map<number, Fact<StatusChange & { conversation_id: number }>>();
  private contacts = new Map<number, Fact<Contact>>();
  private merged = new Map<number, Fact<Contact>>();
  private proposals = new Map<number, Fact<MergeProposal>>();
  private channels = new Map<number, Fact<Channel>>();
  private members = new Map<number, Fact<Member>>();
  private organizations = new Map<0, Fact<Organization>>();

  /** Take events in and return what was new in them. */
  learn(events: AppEvent[]): News {
    const news = emptyNews();
    for (const event of events) this.take(event, news);
    return this.composed(news);
  }

  /** Take the server's answer to one of our requests, which is newer than event `seq`. */
  learnAnswer({ conversation, message, channel }: Answer, seq: number): News {
    const news = emptyNews();
    if (conversation) keep(this.conversations, conversation.id, conversation, seq, news.conversations);
    if (message) keep(this.messages, message.id, message, seq, news.messages);
    if (channel) keep(this.channels, channel.id, channel, seq, news.channels);
    return this.composed(news);
  }

  /** What was last heard of a conversation; null when nothing was, or when it is out of sight. */
  conversation(id: number): Conversation | null {
    const held = this.conversations.get(id)?.value;
    return held ? this.compose(held) : null;
  }

  /** Everything learned after event `seq`. */
  since(seq: number): News {
    const news = emptyNews();
    const copy = <K, T>(facts: Map<K, Fact<T>>, into: Map<K, T>) => {
      for (const [id, fact] of facts) if (fact.seq > seq) into.set(id, fact.value);
    };
    copy(this.conversations, news.conversations);
    copy(this.lastMessages, news.lastMessages);
    copy(this.activities, news.activities);
    copy(this.rebuilt, news.rebuilt);
    copy(this.messages, news.messages);
    copy(this.statuses, news.statuses);
    copy(this.contacts, news.contacts);
    copy(this.merged, news.merged);
    copy(this.proposals, news.proposals);
    copy(this.channels, news.channels);
    copy(this.members, news.members);
    const organization = this.organizations.get(0);
    if (organization && organization.seq > seq) news.organization = organization.value;
    return this.composed(news);
  }

  /** Forget what every running request is sure to answer with. */
  forget(until: number): void {
    for (const facts of this.all())
      for (const [id, fact] of facts) if (fact.seq <= until) (facts as Map<unknown, unknown>).delete(id);
  }

  get size(): number {
    return this.all().reduce((sum, facts) => sum + facts.size, 0);
  }

  clear(): void {
    for (const facts of this.all()) facts.clear();
  }

  private all(): Map<number, Fact<unknown>>[] {
    return [
      this.conversations,
      this.lastMessages,
      this.activities,
      this.rebuilt,
      this.messages,
      this.statuses,
      this.contacts,
      this.merged,
      this.proposals,
      this.channels,
      this.members,
      this.organizations,
    ];
  }

  private take(event: AppEvent, news: News): void {
    const { seq } = event;
    switch (event.type) {
      case "message.received":
      case "message.created": {
        const { conversation, message } = event.data;
        keep(this.messages, message.id, message, seq, news.messages);
        keep(this.conversations, conversation.id, conversation, seq, news.conversations);
        return;
      }
      case "message.updated": {
        const { conversation_id, message, last_message, last_activity_at: at } = event.data;
        keep(this.messages, message.id, message, seq, news.messages);
        keep(this.lastMessages, conversation_id, last_message, seq, news.lastMessages);
        keep(this.activities, conversation_id, at, seq, news.activities);
        return;
      }
      case "message.status_changed": {
        const { conversation_id, statuses, last_message } = event.data;
        for (const status of statuses)
          keep(this.statuses, status.id, { ...status, conversation_id }, seq, news.statuses);
        keep(this.lastMessages, conversation_id, last_message, seq, news.lastMessages);
        return;
      }
      case "conversation.assigned":
      case "conversation.closed":
      case "conversation.reopened":
      case "conversation.read": {
        const { conversation } = event.data;
        keep(this.conversations, conversation.id, conversation, seq, news.conversations);
        return;
      }
      case "conversation.rebuilt": {
        const { conversation } = event.data;
        keep(this.conversations, conversation.id, conversation, seq, news.conversations);
        keep(this.rebuilt, conversation.id, true, seq, news.rebuilt);
        return;
      }
      case "conversation.removed":
        keep(this.conversations, event.data.id, null, seq, news.conversations);
        return;
      case "contact.updated":
        keep(this.contacts, event.data.contact.id, event.data.contact, seq, news.contacts);
        return;
      case "contact.merged": {
        const { contact, merged_id } = event.data;
        keep(this.contacts, contact.id, contact, seq, news.contacts);
        keep(this.merged, merged_id, contact, seq, news.merged);
        return;
      }
      case "merge_proposal.opened":
      case "merge_proposal.closed": {
        const { merge_proposal: proposal } = event.data;
        keep(this.proposals, proposal.id, proposal, seq, news.proposals);
        return;
      }
      case "channel.updated":
        keep(this.channels, event.data.channel.id, event.data.channel, seq, news.channels);
        return;
      case "member.updated":
        keep(this.members, event.data.member.id, event.data.member, seq, news.members);
        return;
      case "organization.updated":
        if (isNewer(this.organizations.get(0), seq)) {
          this.organizations.set(0, { seq, value: event.data.organization });
          news.organization = event.data.organization;
        }
        return;
      // A type of a newer server: what it changes will be read with the next page load.
    }
  }

  /** Each event tells a part; join the parts that are newer than the whole they belong to. */
  private composed(news: News): News {
    for (const [id, conversation] of news.conversations)
      if (conversation) news.conversations.set(id, this.compose(conversation));
    for (const [id, message] of news.messages) {
      const status = this.statuses.get(id);
      const told = this.messages.get(id)?.seq ?? 0;
      if (status && status.seq > told) news.messages.set(id, withStatus(message, status.value));
    }
    // A part that is older than the whole we know must not be laid over it.
    for (const [id] of news.lastMessages)
      if (!isNewer(this.conversations.get(id), this.lastMessages.get(id)?.seq ?? 0))
        news.lastMessages.delete(id);
    for (const [id] of news.activities)
      if (!isNewer(this.conversations.get(id), this.activities.get(id)?.seq ?? 0)) news.activities.delete(id);
    for (const [id] of news.statuses)
      if (!isNewer(this.messages.get(id), this.statuses.get(id)?.seq ?? 0)) news.statuses.delete(id);
    return news;
  }

  private compose(conversation: Conversation): Conversation {
    const { id, contact, assignee } = conversation;
    const told = this.conversations.get(id)?.seq ?? 0;
    const last = this.lastMessages.get(id);
    const activity = this.activities.get(id);
    const person = this.contacts.get(contact.id);
    const member = assignee && this.members.get(assignee.id);
    return {
      ...conversation,
      last_message: last && last.seq > told ? last.value : conversation.last_message,
      last_activity_at: activity && activity.seq > told ? activity.value : conversation.last_activity_at,
      contact: person && person.seq > told ? contactOf(person.value) : contact,
      assignee: member && member.seq > told ? { id: member.value.id, name: member.value.name } : assignee,
    };
  }
}

export function contactOf({ id, name, phone, username }: Contact): Conversation["contact"] {
  return { id, name, phone, username };
}

export function emptyNews(): News {
  return {
    conversations: new Map(),
    lastMessages: new Map(),
    activities: new Map(),
    rebuilt: new Map(),
    messages: new Map(),
    statuses: new Map(),
    contacts: new Map(),
    merged: new Map(),
    proposals: new Map(),
    channels: new Map(),
    members: new Map(),
    organization: null,
  };
}

function isNewer(fact: Fact<unknown> | undefined, seq: number): boolean {
  return !fact || seq > fact.seq;
}

function keep<T>(facts: Map<number, Fact<T>>, id: number, value: T, seq: number, news: Map<number, T>): void {
  if (!isNewer(facts.get(id), seq)) return;
  facts.set(id, { seq, value });
  news.set(id, value);
}
