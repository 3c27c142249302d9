import { useMutation, useQueryClient } from "@tanstack/react-query";

import { type Client, type Conversation, keys, type MemberRef, type Message, newId, useClient } from "@/api";
import { useRealtime } from "./context";
import { patchConversation } from "./patch";

type Change = (current: Conversation) => Partial<Conversation>;

/**
 * Change a conversation on the server. The screen shows `change` at once; the answer (or, when the server
 * refuses, a fresh copy) replaces it.
 */
function useConversationAction<V>(
  id: number,
  call: (client: Client, input: V) => Promise<Conversation>,
  change: (input: V) => Change,
) {
  const client = useClient();
  const queries = useQueryClient();
  const realtime = useRealtime();
  return useMutation({
    mutationFn: (input: V) => call(client, input),
    onMutate: (input) => {
      patchConversation(queries, client.slug, id, change(input));
      return { mark: realtime.mark() };
    },
    onSuccess: (conversation, _input, { mark }) => realtime.settle({ conversation }, mark),
    onError: () => {
      void queries.invalidateQueries({ queryKey: keys.conversation(client.slug, id) });
      void queries.invalidateQueries({ queryKey: keys.lists(client.slug) });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.counts(client.slug) }),
  });
}

/** Give the conversation to a member; null hands it back to the unassigned ones. */
export function useAssign(id: number) {
  return useConversationAction(
    id,
    (client, member: MemberRef | null) =>
      client.post(`/conversations/${id}/assignment`, { member: member?.id ?? null }),
    (assignee) => (current) => ({
      assignee,
      status: current.status === "closed" ? "closed" : assignee ? "open" : "unassigned",
    }),
  );
}

export function useClose(id: number) {
  return useConversationAction(
    id,
    (client, _: void) => client.post(`/conversations/${id}/resolution`),
    () => () => ({ status: "closed" }),
  );
}

export function useReopen(id: number) {
  return useConversationAction(
    id,
    (client, _: void) => client.delete(`/conversations/${id}/resolution`),
    () => (current) => ({ status: current.assignee ? "open" : "unassigned" }),
  );
}

/** Say how far we have read. Not optimistic: a manager who only looks clears nothing. */
export function useMarkRead(id: number) {
  return useConversationAction(
    id,
    (client, throughMessageId: number) =>
      client.post(`/conversations/${id}/read`, { through_message_id: throughMessageId }),
    () => () => ({}),
  );
}

/** A new attempt for a message that failed, or, knowingly, for one that is «sin confirmar». */
export function useRetryMessage() {
  const client = useClient();
  const realtime = useRealtime();
  return useMutation({
    mutationFn: async (input: { id: number; evenIfUnconfirmed?: boolean }) => {
      const mark = realtime.mark();
      const message = await client.post<Message>(
        `/messages/${input.id}/attempts`,
        { even_if_unconfirmed: input.evenIfUnconfirmed ?? false },
        { idempotencyKey: newId() },
      );
      realtime.settle({ message }, mark);
      return message;
    },
  });
}
