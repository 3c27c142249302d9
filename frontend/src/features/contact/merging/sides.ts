import type { MergeProposal, ProposedContact } from "@/api";

/** Of two that were merged: the one that is left, and the one that became part of it. */
export function keptAndLost({ contact, other, kept }: MergeProposal): [ProposedContact, ProposedContact] {
  return kept === other.id ? [other, contact] : [contact, other];
}
