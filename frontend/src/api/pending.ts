import type { components } from "./schema.gen";

/** Resources that the API is about to have; each goes as soon as the schema names it. */
type Schemas = components["schemas"];
type BothLanguages = Schemas["BothLanguages"];

/** What the line of the list says beyond its words. */
export interface LastMessageAdditions {
  edited_at: string | null;
  /** The newest thing is a reaction to this message. */
  reaction: Pick<Schemas["Reaction"], "side" | "emoji"> | null;
}

export interface ChannelTrouble {
  code: number | null;
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

interface ProposedContact {
  id: number;
  name: string;
  phone: string | null;
  username: string | null;
  profile_name: string;
  created_at: string;
}

export interface MergeProposal {
  id: number;
  reason: string;
  state: "open" | "merged" | "dismissed";
  contact: ProposedContact;
  other: ProposedContact;
  kept: number | null;
  decided_by: Schemas["MemberRef"] | null;
  decided_at: string | null;
  created_at: string;
}

export type MediaLimits = Record<
  Schemas["AttachmentKindEnum"] | "voice",
  { mime_types: string[]; max_bytes: number }
>;
