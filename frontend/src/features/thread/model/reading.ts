export interface ReadingSituation {
  unreadCount: number;
  assigneeId: number | null;
  viewerId: number | null;
  /** Without tickets everyone is in charge of every chat. */
  isManaged: boolean;
  /** The page is visible and has the focus. */
  isAttentive: boolean;
  isAtEnd: boolean;
  /** The last message on screen, and the one up to which we have already said that we read. */
  lastMessageId: number | null;
  saidMessageId: number | null;
}

/**
 * The message up to which to say that the chat was read, or null.
 *
 * A courtesy only: whether it changes anything is for the server to decide. Who looks into a colleague's
 * chat says nothing, so that the customer gets no blue ticks from someone who will not answer.
 */
export function readThrough(situation: ReadingSituation): number | null {
  const { unreadCount, assigneeId, viewerId, lastMessageId, saidMessageId } = situation;
  if (unreadCount <= 0 || viewerId === null) return null;
  if (!situation.isAttentive || !situation.isAtEnd) return null;
  if (situation.isManaged && assigneeId !== null && assigneeId !== viewerId) return null;
  return lastMessageId === saidMessageId ? null : lastMessageId;
}
