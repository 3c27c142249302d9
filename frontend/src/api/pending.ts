import type { components } from "./schema.gen";

/**
 * Resources that the API is about to have; each goes as soon as the schema names it. A server that does not
 * send them yet is met by `complete`.
 */
type Schemas = components["schemas"];
type MemberRef = Schemas["MemberRef"];
type BothLanguages = Schemas["BothLanguages"];

export interface Reaction {
  side: "contact" | "us";
  emoji: string;
  member: MemberRef | null;
}

export interface Referral {
  source_type: string;
  source_id: string;
  source_url: string;
  headline: string;
  body: string;
  media_type: string;
}

export interface LocationContent {
  latitude: number;
  longitude: number;
  name: string;
  address: string;
  url: string;
}

export interface ContactCard {
  name: string;
  phones: { phone: string; type: string; wa_id: string }[];
  emails: { email: string; type: string }[];
  organization: string;
}

export interface OrderContent {
  catalog_id: string;
  items: { id: string; quantity: string; price: string; currency: string }[];
  totals: { currency: string; amount: string }[];
}

export interface ChoiceContent {
  kind: "button" | "list" | "template_button";
  id: string;
  title: string;
  description: string;
}

export interface FlowContent {
  name: string;
  fields: Record<string, unknown>;
}

export interface SystemContent {
  kind: "number_changed" | "user_id_changed" | "identity_changed";
  from: string | null;
  to: string | null;
}

export interface UnsupportedContent {
  code: number | null;
  kind: string;
}

export interface MessageAdditions {
  reactions: Reaction[];
  forwarded: "" | "forwarded" | "frequently";
  edited_at: string | null;
  deleted_at: string | null;
  referral: Referral | null;
  origin: "" | "phone";
  /** Its shape goes with the message's type; read it through `features/thread/model/content`. */
  content: Record<string, unknown>;
}

/** What the line of the list says beyond its words. */
export interface LastMessageAdditions {
  edited_at: string | null;
  deleted_at: string | null;
  /** The newest thing is a reaction to this message. */
  reaction: Pick<Reaction, "side" | "emoji"> | null;
}

export interface ChannelTrouble {
  code: string;
  title: BothLanguages;
  advice: BothLanguages;
  detail: string;
  since: string;
}

export interface Channel {
  id: number;
  name: string;
  phone: string;
  phone_number_id: string;
  is_active: boolean;
  quality: string;
  throughput: string;
  messaging_limit: string;
  trouble: ChannelTrouble | null;
}

export interface MergeProposal {
  id: number;
  contact: Schemas["ContactRef"];
  other: Schemas["ContactRef"];
  reason: string;
  state: "open" | "merged" | "dismissed";
  created_at: string;
}

export interface ContactAdditions {
  opted_out_at: string | null;
  opt_out_source: string;
}

export interface MessageEdit {
  text: string;
  edited_at: string;
}

export type MediaLimits = Record<
  Schemas["AttachmentKindEnum"] | "voice",
  { mime_types: string[]; max_bytes: number }
>;

const NOTHING: MessageAdditions = {
  reactions: [],
  forwarded: "",
  edited_at: null,
  deleted_at: null,
  referral: null,
  origin: "",
  content: {},
};

const completed = new WeakMap<object, object>();

/** A message with everything that the client reads, also from a server that knows less. */
export function complete<M extends Schemas["Message"]>(message: M): M & MessageAdditions {
  if ("reactions" in message) return message as M & MessageAdditions;
  const known = completed.get(message) ?? { ...NOTHING, ...(message as object) };
  completed.set(message, known);
  return known as M & MessageAdditions;
}
