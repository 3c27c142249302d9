import type {
  AppEvent,
  Attachment,
  Channel,
  Contact,
  Conversation,
  EventData,
  EventType,
  LastMessage,
  Me,
  Member,
  MergeProposal,
  Message,
} from "@/api";

/** Plain objects as the server renders them; each test names only what it is about. */

let lastId = 10_000;
export const nextId = () => ++lastId;

const NOON = "2026-11-20T17:00:00Z";
/** An instant some minutes after (or before) a fixed noon in Bogotá. */
export const at = (minutes: number) =>
  new Date(Date.parse(NOON) + minutes * 60_000).toISOString().replace(".000Z", "Z");

export const CHANNEL = { id: 1, name: "Ventas", phone: "+576015550100" };
export const ANA = { id: 1, name: "Ana Restrepo" };
export const BETO = { id: 2, name: "Beto Quiroga" };

export function conversation(fields: Partial<Conversation> = {}): Conversation {
  const id = fields.id ?? nextId();
  return {
    id,
    contact: { id: id + 500_000, name: `Cliente ${id}`, phone: `+57300555${id}`, username: null },
    channel: CHANNEL,
    status: "open",
    assignee: null,
    ticket: null,
    unread_count: 0,
    last_message: null,
    last_activity_at: at(0),
    last_inbound_at: null,
    window_closes_at: null,
    created_at: at(-60),
    ...fields,
  };
}

export function message(fields: Partial<Message> = {}): Message {
  const occurred_at = fields.occurred_at ?? at(0);
  const direction = fields.direction ?? "inbound";
  return {
    id: nextId(),
    conversation_id: 1,
    direction,
    type: "text",
    raw_type: null,
    text: "Hola",
    author:
      direction === "inbound"
        ? { kind: "contact", id: 500_001, name: "Cliente" }
        : { kind: "member", ...ANA },
    status: direction === "inbound" ? null : "queued",
    error: null,
    reply_to: null,
    client_id: null,
    is_late: false,
    occurred_at,
    created_at: occurred_at,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    attachments: [],
    reactions: [],
    forwarded: "",
    edited_at: null,
    deleted_at: null,
    referral: null,
    origin: "",
    content: {},
    ...fields,
  };
}

/** What the list says of a message. */
export function lastOf(message: Message): LastMessage {
  const { id, direction, type, raw_type, text, status, occurred_at, deleted_at } = message;
  const preview = text.replaceAll(/\s+/g, " ").slice(0, 120);
  const [file] = message.attachments;
  const { is_voice = false, duration_ms = null, file_name = "" } = file ?? {};
  const about = { raw_type, deleted_at, reaction: null, is_voice, duration_ms, file_name };
  return { id, direction, type, preview, status, occurred_at, ...about };
}

export function attachment(fields: Partial<Attachment> = {}): Attachment {
  const id = fields.id ?? nextId();
  return {
    id,
    kind: "image",
    state: "stored",
    is_voice: false,
    is_animated: false,
    mime_type: "image/jpeg",
    file_name: "",
    size_bytes: 184_320,
    width: 1200,
    height: 900,
    duration_ms: null,
    waveform: [],
    url: `/api/v1/attachments/${id}/content`,
    thumbnail_url: `/api/v1/attachments/${id}/content?variant=thumbnail`,
    playable_url: null,
    failure: null,
    ...fields,
  };
}

export function channel(fields: Partial<Channel> = {}): Channel {
  return {
    ...CHANNEL,
    phone_number_id: "106540352242922",
    is_active: true,
    quality: "GREEN",
    throughput: "STANDARD",
    messaging_limit: "TIER_1K",
    trouble: null,
    ...fields,
  };
}

export function proposal(fields: Partial<MergeProposal> = {}): MergeProposal {
  const person = (id: number, name: string, phone: string | null) => ({
    id,
    name,
    phone,
    username: null,
    profile_name: name,
    created_at: at(-600),
  });
  return {
    id: nextId(),
    reason: "number_changed",
    state: "open",
    contact: person(500_001, "Cliente", "+573005550101"),
    other: person(500_002, "Cliente nuevo", "+573005550121"),
    kept: null,
    decided_by: null,
    decided_at: null,
    created_at: at(-5),
    ...fields,
  };
}

export function contact(fields: Partial<Contact> = {}): Contact {
  return {
    id: 500_001,
    name: "Cliente",
    first_name: "Cliente",
    last_name: "",
    phone: "+573005550101",
    username: null,
    identities: [],
    profile_name: "Cliente",
    opted_out_at: null,
    opt_out_source: "",
    merged_into: null,
    created_at: at(-600),
    conversations: [],
    ...fields,
  };
}

export function member(fields: Partial<Member> = {}): Member {
  return { ...ANA, email: "ana@tienda.test", role: "owner", status: "active", ...fields };
}

export function me(fields: Partial<Me> = {}): Me {
  return {
    user: { id: 1, email: "ana@tienda.test", name: ANA.name },
    organizations: [{ slug: "tienda", name: "Tienda Andina", role: "owner" }],
    organization: {
      id: 1,
      slug: "tienda",
      name: "Tienda Andina",
      timezone: "America/Bogota",
      ticket_management: true,
      agents_see_unassigned: true,
    },
    membership: { ...ANA, role: "owner" },
    permissions: { assign_others: true, take_unassigned: true, see_all: true, manage_settings: true },
    preferences: { language: "es" },
    events: { stream_id: "stream-1", seq: 0 },
    ...fields,
  };
}

export function event<T extends EventType>(seq: number, type: T, data: EventData[T]): AppEvent {
  return {
    seq,
    type,
    version: 1,
    at: at(seq),
    actor: { kind: "system", id: null, name: "" },
    data,
  } as AppEvent;
}
