import type {
  AppEvent,
  Attachment,
  Contact,
  Conversation,
  ConversationFilter,
  Counts,
  EventData,
  EventType,
  MemberRef,
  MergeProposal,
  Message,
  MessageStatus,
  Page,
} from "@/api";

import { me as buildMe, message as buildMessage, event, lastOf, nextId } from "./builders";

/** The server in small: it keeps conversations, answers as the API does and tells of each change. */
export class Model {
  readonly conversations = new Map<number, Conversation>();
  readonly messages = new Map<number, Message>();
  readonly contacts = new Map<number, Contact>();
  readonly uploads = new Map<number, Attachment>();
  readonly proposals = new Map<number, MergeProposal>();
  /** Chats that have become part of another one. */
  readonly moved = new Map<number, number>();
  readonly log: AppEvent[] = [];
  readonly listeners = new Set<(event: AppEvent) => void>();
  organization = buildMe().organization!;
  seq = 0;

  constructor(private readonly clock: () => number = Date.now) {}

  add(conversation: Conversation, messages: Message[] = []): Conversation {
    for (const message of messages) this.messages.set(message.id, message);
    this.conversations.set(conversation.id, conversation);
    const { id, name, phone, username } = conversation.contact;
    this.contacts.set(id, {
      id,
      name,
      first_name: name.split(" ")[0] ?? "",
      last_name: name.split(" ").slice(1).join(" "),
      phone,
      username,
      identities: phone ? [{ kind: "phone", value: phone }] : [{ kind: "bsuid", value: `CO.${id}` }],
      profile_name: name,
      opted_out_at: null,
      opt_out_source: "",
      merged_into: null,
      created_at: conversation.created_at,
      conversations: [
        { id: conversation.id, status: conversation.status, last_activity_at: conversation.last_activity_at },
      ],
    });
    return conversation;
  }

  receive(id: number, text: string, fields: Partial<Message> = {}): Message {
    const held = this.conversations.get(id)!;
    const now = this.now();
    const author = { kind: "contact" as const, id: held.contact.id, name: held.contact.name };
    const message = buildMessage({ conversation_id: id, text, author, occurred_at: now, ...fields });
    this.messages.set(message.id, message);
    const isNew = held.status === "closed" || held.status === "none";
    const conversation = this.change(id, {
      ...this.last(message),
      status: isNew ? "unassigned" : held.status,
      assignee: isNew ? null : held.assignee,
      unread_count: held.unread_count + 1,
      last_inbound_at: now,
      window_closes_at: new Date(Date.parse(now) + 24 * 3_600_000).toISOString(),
    });
    this.tell("message.received", { conversation, message });
    return message;
  }

  send(id: number, text: string, author: MemberRef, fields: Partial<Message> = {}): Message {
    const message = buildMessage({
      conversation_id: id,
      text,
      direction: "outbound",
      author: { kind: "member", ...author },
      occurred_at: this.now(),
      ...fields,
    });
    this.messages.set(message.id, message);
    const held = this.conversations.get(id)!;
    const taken = held.status === "unassigned" ? { status: "open" as const, assignee: author } : {};
    const conversation = this.change(id, { ...this.last(message), ...taken });
    this.tell("message.created", { conversation, message });
    return message;
  }

  status(messageId: number, status: MessageStatus, error: Message["error"] = null): void {
    const held = this.messages.get(messageId)!;
    const now = this.now();
    const message = {
      ...held,
      status,
      error,
      sent_at: status === "sent" ? now : held.sent_at,
      delivered_at: status === "delivered" ? now : held.delivered_at,
      read_at: status === "read" ? now : held.read_at,
    };
    this.messages.set(messageId, message);
    const { conversation_id } = message;
    const { last_message } = this.conversations.get(conversation_id)!;
    if (last_message?.id === messageId)
      this.change(conversation_id, { last_message: { ...last_message, status } });
    const { id, sent_at, delivered_at, read_at } = message;
    this.tell("message.status_changed", {
      conversation_id,
      statuses: [{ id, status, error, sent_at, delivered_at, read_at }],
      last_message: this.conversations.get(conversation_id)!.last_message,
    });
  }

  /** A file that was brought here and is not sent yet. */
  upload(attachment: Attachment): Attachment {
    this.uploads.set(attachment.id, attachment);
    return attachment;
  }

  fileOf(id: number): { attachment: Attachment; message: Message | null } | undefined {
    for (const message of this.messages.values())
      for (const attachment of message.attachments) if (attachment.id === id) return { attachment, message };
    const attachment = this.uploads.get(id);
    return attachment && { attachment, message: null };
  }

  edit(messageId: number, text: string): void {
    this.update(messageId, { text, edited_at: this.now() });
  }

  erase(messageId: number): void {
    const nothing = { text: "", content: {}, attachments: [], reactions: [] };
    this.update(messageId, { ...nothing, deleted_at: this.now() });
  }

  /** One reaction of each side; an empty one takes it back. */
  react(messageId: number, side: "contact" | "us", emoji: string, member: MemberRef | null = null): Message {
    const others = this.messages.get(messageId)!.reactions.filter((held) => held.side !== side);
    return this.update(messageId, { reactions: emoji ? [...others, { side, emoji, member }] : others });
  }

  update(messageId: number, fields: Partial<Message>): Message {
    const message = { ...this.messages.get(messageId)!, ...fields };
    this.messages.set(messageId, message);
    const { conversation_id } = message;
    const { last_message } = this.conversations.get(conversation_id)!;
    if (last_message?.id === messageId) {
      const { last_message: last } = this.last(message);
      this.change(conversation_id, { last_message: last });
    }
    this.tell("message.updated", {
      message,
      conversation_id,
      last_message: this.conversations.get(conversation_id)!.last_message,
      last_activity_at: this.conversations.get(conversation_id)!.last_activity_at,
    });
    return message;
  }

  assign(id: number, assignee: MemberRef | null): Conversation {
    const closed = this.conversations.get(id)!.status === "closed";
    const status = closed ? "closed" : assignee ? "open" : "unassigned";
    return this.tellOf("conversation.assigned", this.change(id, { assignee, status }));
  }

  close(id: number): Conversation {
    return this.tellOf("conversation.closed", this.change(id, { status: "closed", ticket: null }));
  }

  reopen(id: number): Conversation {
    const { assignee } = this.conversations.get(id)!;
    const status = assignee ? "open" : "unassigned";
    return this.tellOf("conversation.reopened", this.change(id, { status }));
  }

  /** Begin or end to manage chats as tickets: those that nobody has stand elsewhere then. */
  switchTickets(on: boolean): void {
    for (const { id, status, assignee } of [...this.conversations.values()])
      if (assignee === null && status === (on ? "open" : "unassigned"))
        this.change(id, { status: on ? "unassigned" : "open" });
    this.organization = { ...this.organization, ticket_management: on };
    this.tell("organization.updated", { organization: this.organization });
  }

  read(id: number): Conversation {
    return this.tellOf("conversation.read", this.change(id, { unread_count: 0 }));
  }

  /** The viewer loses sight of a conversation. */
  hide(id: number): void {
    this.conversations.delete(id);
    for (const message of [...this.messages.values()])
      if (message.conversation_id === id) this.messages.delete(message.id);
    this.tell("conversation.removed", { id });
  }

  rename(contactId: number, name: string): void {
    const contact = { ...this.contacts.get(contactId)!, name };
    this.contacts.set(contactId, contact);
    for (const held of [...this.conversations.values()])
      if (held.contact.id === contactId) this.change(held.id, { contact: { ...held.contact, name } });
    this.tell("contact.updated", { contact });
  }

  propose(proposal: MergeProposal): void {
    this.proposals.set(proposal.id, proposal);
    this.tell("merge_proposal.opened", { merge_proposal: proposal });
  }

  /** Judge a proposal; `keep` is the contact that is left, null when they are two. */
  decide(id: number, keep: number | null): MergeProposal {
    const decided: MergeProposal = {
      ...this.proposals.get(id)!,
      state: keep === null ? "dismissed" : "merged",
      kept: keep,
      decided_at: this.now(),
    };
    this.proposals.set(id, decided);
    if (keep !== null) this.join(keep, keep === decided.contact.id ? decided.other.id : decided.contact.id);
    this.tell("merge_proposal.closed", { merge_proposal: decided });
    return decided;
  }

  list(
    { status, sort, q }: ConversationFilter,
    cursor: string | null = null,
    limit = 50,
  ): Page<Conversation> {
    const wanted = q.toLowerCase();
    const direction = sort === "newest" ? -1 : 1;
    const key = (row: Conversation) => `${row.last_activity_at}|${String(row.id).padStart(9, "0")}`;
    const found = [...this.conversations.values()]
      .filter((row) => status === "all" || row.status === status)
      .filter(({ contact }) => `${contact.name} ${contact.phone}`.toLowerCase().includes(wanted))
      .sort((a, b) => direction * (key(a) < key(b) ? -1 : 1))
      .filter((row) => !cursor || (direction === -1 ? key(row) < cursor : key(row) > cursor));
    return paged(found, limit, key, "/api/v1/conversations", { status, sort, q, limit: String(limit) });
  }

  thread(id: number, cursor: string | null = null, limit = 50): Page<Message> {
    const key = (message: Message) => `${message.occurred_at}|${String(message.id).padStart(9, "0")}`;
    const found = [...this.messages.values()]
      .filter((message) => message.conversation_id === id)
      .sort((a, b) => (key(a) < key(b) ? 1 : -1))
      .filter((message) => !cursor || key(message) < cursor);
    return paged(found, limit, key, `/api/v1/conversations/${id}/messages`, { limit: String(limit) });
  }

  counts(): Counts {
    const counts: Counts = { all: 0, unassigned: 0, open: 0, closed: 0 };
    for (const { status } of this.conversations.values()) {
      counts.all++;
      if (status !== "none") counts[status]++;
    }
    return counts;
  }

  /** Both have one chat at most: the other's becomes part of the one's. */
  private join(keep: number, lose: number): void {
    const chatOf = (contactId: number) =>
      [...this.conversations.values()].find(({ contact }) => contact.id === contactId);
    const [into, gone] = [chatOf(keep), chatOf(lose)];
    if (into && gone) {
      for (const message of [...this.messages.values()])
        if (message.conversation_id === gone.id)
          this.messages.set(message.id, { ...message, conversation_id: into.id });
      this.conversations.delete(gone.id);
      this.moved.set(gone.id, into.id);
      this.tell("conversation.removed", { id: gone.id, moved_to: into.id });
      this.tell("conversation.rebuilt", { conversation: into });
    }
    this.contacts.delete(lose);
    this.tell("contact.merged", { contact: this.contacts.get(keep)!, merged_id: lose });
  }

  private now(): string {
    return new Date(this.clock()).toISOString();
  }

  private last(message: Message): Partial<Conversation> {
    return { last_message: lastOf(message), last_activity_at: message.occurred_at };
  }

  private change(id: number, fields: Partial<Conversation>): Conversation {
    const conversation = { ...this.conversations.get(id)!, ...fields };
    this.conversations.set(id, conversation);
    return conversation;
  }

  private tellOf(
    type: "conversation.assigned" | "conversation.closed" | "conversation.reopened" | "conversation.read",
    conversation: Conversation,
  ): Conversation {
    this.tell(type, { conversation });
    return conversation;
  }

  private tell<T extends EventType>(type: T, data: EventData[T]): void {
    const told = event(++this.seq, type, structuredClone(data));
    this.log.push(told);
    for (const listener of this.listeners) listener(told);
  }
}

function paged<T>(
  found: T[],
  limit: number,
  key: (item: T) => string,
  path: string,
  query: Record<string, string>,
): Page<T> {
  const results = found.slice(0, limit);
  const last = results[results.length - 1];
  const next =
    last && found.length > limit ? `${path}?${new URLSearchParams({ ...query, cursor: key(last) })}` : null;
  return { results, next, previous: null };
}

export { nextId };
