import type { Conversation, Me } from "@/api";

export type Writing =
  | { may: true; colleague: string | null }
  | { may: false; reason: "colleague" | "unassigned" };

/** Whether to offer the message box, from the rights that the server gave; it checks each message again. */
export function writing({ assignee }: Conversation, me: Me | undefined): Writing {
  const { permissions, membership } = me ?? {};
  if (!permissions || !membership) return { may: true, colleague: null };
  if (assignee === null) {
    const may = permissions.take_unassigned || permissions.see_all;
    return may ? { may, colleague: null } : { may, reason: "unassigned" };
  }
  if (assignee.id === membership.id) return { may: true, colleague: null };
  return permissions.see_all ? { may: true, colleague: assignee.name } : { may: false, reason: "colleague" };
}
