import type {
  Channel,
  Contact,
  Conversation,
  LastMessage,
  Member,
  MergeProposal,
  Message,
  Organization,
} from "./types";

/** What the socket and `/api/v1/events` carry. */

export interface Actor {
  kind: string;
  id: number | null;
  name: string;
}

export type StatusChange = Pick<Message, "id" | "status" | "error" | "sent_at" | "delivered_at" | "read_at">;

export interface EventData {
  "message.received": { conversation: Conversation; message: Message };
  "message.created": { conversation: Conversation; message: Message };
  /** Edited, deleted, reacted to, or its file has arrived. */
  "message.updated": {
    message: Message;
    conversation_id: number;
    last_message: LastMessage | null;
    /** Later than before where somebody reacted, which moves the chat up and is no message. */
    last_activity_at: string;
  };
  "message.status_changed": {
    conversation_id: number;
    statuses: StatusChange[];
    last_message: LastMessage | null;
  };
  "conversation.assigned": { conversation: Conversation };
  "conversation.closed": { conversation: Conversation };
  "conversation.reopened": { conversation: Conversation };
  "conversation.read": { conversation: Conversation };
  /** Its contact or its messages have changed as a whole, by a merge or its undoing. */
  "conversation.rebuilt": { conversation: Conversation };
  /** With `moved_to` it has become part of that one. */
  "conversation.removed": { id: number; moved_to?: number };
  "contact.updated": { contact: Contact };
  /** `merged_id` is no contact of its own any more: all that it had belongs to `contact`. */
  "contact.merged": { contact: Contact; merged_id: number };
  "merge_proposal.opened": { merge_proposal: MergeProposal };
  "merge_proposal.closed": { merge_proposal: MergeProposal };
  "channel.updated": { channel: Channel };
  "member.updated": { member: Member };
  "organization.updated": { organization: Organization };
}

export type EventType = keyof EventData;

interface Envelope<T extends EventType> {
  seq: number;
  type: T;
  version: number;
  at: string;
  actor: Actor;
  data: EventData[T];
}

/** One numbered event of an organisation's stream; narrows by `type`. */
export type AppEvent = { [T in EventType]: Envelope<T> }[EventType];
