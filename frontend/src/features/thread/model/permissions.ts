import type { Conversation, Me } from "@/api";

export interface Allowed {
  take: boolean;
  assign: boolean;
  handBack: boolean;
  close: boolean;
  reopen: boolean;
}

const NOTHING: Allowed = { take: false, assign: false, handBack: false, close: false, reopen: false };

/** Which actions to offer, from the rights that the server gave; it checks each again. */
export function allowedActions(conversation: Conversation, me: Me | undefined): Allowed {
  const { permissions, membership, organization } = me ?? {};
  if (!permissions || !membership || !organization) return NOTHING;
  const { assignee, status } = conversation;
  const isManaged = organization.ticket_management;
  const isOwn = assignee?.id === membership.id;
  const mayFinish = permissions.see_all || isOwn;
  return {
    take: isManaged && assignee === null && status !== "closed" && permissions.take_unassigned,
    assign: isManaged && permissions.assign_others,
    handBack: isManaged && assignee !== null && status !== "closed" && (isOwn || permissions.assign_others),
    close: mayFinish && (status === "open" || status === "unassigned"),
    reopen: mayFinish && status === "closed",
  };
}
