/** The resources of `/api/v1`, as the server renders them. */

export type Role = "owner" | "manager" | "agent";
export type Language = "es" | "en";

export interface MemberRef {
  id: number;
  name: string;
}

export interface Organization {
  id: number;
  slug: string;
  name: string;
  timezone: string;
  ticket_management: boolean;
  agents_see_unassigned: boolean;
}

export interface Permissions {
  assign_others: boolean;
  take_unassigned: boolean;
  see_all: boolean;
  manage_settings: boolean;
}

export interface StreamPosition {
  stream_id: string;
  seq: number;
}

export interface Me {
  user: { id: number; email: string; name: string };
  organizations: { slug: string; name: string; role: Role }[];
  /** Null, like the three below it, when the request names no organisation. */
  organization: Organization | null;
  membership: { id: number; name: string; role: Role } | null;
  permissions: Permissions | null;
  preferences: { language: Language };
  events: StreamPosition | null;
}

export type ConversationStatus = "unassigned" | "open" | "closed" | "none";
export type Direction = "inbound" | "outbound";
export type MessageStatus =
  | "queued"
  | "sending"
  | "accepted"
  | "sent"
  | "delivered"
  | "read"
  | "played"
  | "failed"
  | "unknown";

export interface LastMessage {
  id: number;
  direction: Direction;
  type: string;
  preview: string;
  status: MessageStatus | null;
  occurred_at: string;
}

export interface Conversation {
  id: number;
  contact: { id: number; name: string; phone: string | null; username: string | null };
  channel: { id: number; name: string; phone: string };
  status: ConversationStatus;
  assignee: MemberRef | null;
  ticket: { id: number; opened_at: string } | null;
  unread_count: number;
  last_message: LastMessage | null;
  last_activity_at: string;
  last_inbound_at: string | null;
  window_closes_at: string | null;
  created_at: string;
}

export interface MessageAuthor {
  kind: "contact" | "member" | "api" | "assistant" | "system";
  id: number | null;
  name: string;
}

export interface MessageError {
  code: number | null;
  class: string;
  title: string;
  detail: string;
}

export interface ReplyReference {
  /** Null when the quoted message is not known here. */
  id: number | null;
  direction: Direction | null;
  author_name: string;
  preview: string;
}

export interface Message {
  id: number;
  conversation_id: number;
  direction: Direction;
  type: string;
  raw_type: string | null;
  text: string;
  author: MessageAuthor;
  status: MessageStatus | null;
  error: MessageError | null;
  reply_to: ReplyReference | null;
  client_id: string | null;
  is_late: boolean;
  occurred_at: string;
  created_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  read_at: string | null;
}

export interface Contact {
  id: number;
  name: string;
  first_name: string;
  last_name: string;
  phone: string | null;
  username: string | null;
  identities: { kind: "phone" | "bsuid" | "parent_bsuid"; value: string }[];
  profile_name: string;
  created_at: string;
  conversations: { id: number; status: ConversationStatus; last_activity_at: string }[];
}

export interface Member {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: "invited" | "active" | "suspended";
}

export interface Ticket {
  id: number;
  number: number;
  opened_at: string;
  closed_at: string | null;
  closed_by: MemberRef | null;
}

export interface Page<T> {
  results: T[];
  next: string | null;
  previous: string | null;
}

export type StatusFilter = "all" | "unassigned" | "open" | "closed";
export type SortOrder = "newest" | "oldest";
export type Counts = Record<StatusFilter, number>;

export interface ConversationFilter {
  status: StatusFilter;
  sort: SortOrder;
  q: string;
}

export interface TextMessageBody {
  type: "text";
  text: string;
  reply_to?: number;
  client_id?: string;
  seen_message_id?: number;
}
