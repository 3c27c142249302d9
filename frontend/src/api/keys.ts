import type { ConversationFilter, MergeProposal } from "./types";

/**
 * Names of everything in the query cache. The organisation comes first in each, so what belongs to one
 * is never shown in another, and `keys.all(slug)` reaches all of it.
 */
export const keys = {
  all: (slug: string) => ["organization", slug] as const,
  me: (slug: string) => ["organization", slug, "me"] as const,
  lists: (slug: string) => ["organization", slug, "conversations"] as const,
  list: (slug: string, filter: ConversationFilter) =>
    ["organization", slug, "conversations", filter] as const,
  counts: (slug: string) => ["organization", slug, "counts"] as const,
  conversation: (slug: string, id: number) => ["organization", slug, "conversation", id] as const,
  messages: (slug: string, id: number) => ["organization", slug, "messages", id] as const,
  tickets: (slug: string, id: number) => ["organization", slug, "tickets", id] as const,
  contact: (slug: string, id: number) => ["organization", slug, "contact", id] as const,
  edits: (slug: string, messageId: number) => ["organization", slug, "edits", messageId] as const,
  channels: (slug: string) => ["organization", slug, "channels"] as const,
  mergeProposals: (slug: string, state: MergeProposal["state"]) =>
    ["organization", slug, "merge-proposals", state] as const,
  mediaLimits: (slug: string) => ["organization", slug, "media-limits"] as const,
  members: (slug: string) => ["organization", slug, "members"] as const,
};
