import type { components } from "./schema.gen";

/** The resources of `/api/v1`, by the names that the client uses. Their shape comes from the API's schema. */
type Schemas = components["schemas"];

export type Role = Schemas["RoleEnum"];
export type Language = Schemas["LanguageEnum"];
export type MemberRef = Schemas["MemberRef"];
export type Organization = Schemas["OrganizationShape"];
export type Permissions = Schemas["Permissions"];
export type StreamPosition = Schemas["StreamHead"];

/** Whoever uses the client is a person; only an API key is nobody. */
export type Me = Omit<Schemas["Me"], "user"> & { user: Schemas["PersonShape"] };

export type ConversationStatus = Schemas["ConversationStatusEnum"];
export type Direction = Schemas["DirectionEnum"];
export type MessageStatus = Schemas["MessageStatusEnum"];
export type LastMessage = Schemas["LastMessage"];
export type Conversation = Omit<Schemas["Conversation"], "last_message"> & {
  last_message: LastMessage | null;
};
export type Attachment = Schemas["Attachment"];
export type MediaKind = Schemas["AttachmentKindEnum"];
export type MessageAuthor = Schemas["Author"];
export type MessageError = Schemas["MessageError"];
export type ReplyReference = Schemas["Quoted"];
/** A message to answer, with its file where that is known. */
export type ReplyTarget = ReplyReference & { attachment?: Attachment | null };
export type Message = Schemas["Message"];
export type MessageEdit = Schemas["MessageEdit"];
export type Reaction = Schemas["Reaction"];
export type Referral = Schemas["Referral"];
export type Contact = Schemas["Contact"];
export type Channel = Schemas["Channel"];
export type ChannelTrouble = Schemas["Trouble"];
export type MediaLimits = Schemas["MediaLimits"];
export type MergeProposal = Schemas["MergeProposal"];
export type ProposedContact = Schemas["ProposedContact"];
export type Member = Schemas["Member"];
export type Ticket = Schemas["Ticket"];
export type Counts = Schemas["Counts"];
export type TextMessageBody = Schemas["MessageInput"];

export interface Page<T> {
  results: T[];
  next: string | null;
  previous: string | null;
}

export type StatusFilter = keyof Counts;
export type SortOrder = "newest" | "oldest";

export interface ConversationFilter {
  status: StatusFilter;
  sort: SortOrder;
  q: string;
}
