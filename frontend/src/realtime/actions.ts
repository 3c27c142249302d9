import { useMutation } from "@tanstack/react-query";

import { type Client, type Conversation, type MemberRef, useClient } from "@/api";

import { useRealtime } from "./context";

/**
 * Change a conversation on the server. The screen shows `preview` at once and until the answer comes, or a fresh
 * copy when the server refuses.
 */
function useConversationAction<V>(
  id: number,
  call: (client: Client, input: V) => Promise<Conversation>,
  preview?: (current: Conversation, input: V) => Partial<Conversation>,
) {
  const client = useClient();
  const { cache } = useRealtime();
  return useMutation({
    // What changes hands or status goes one after the other: two at once could overtake each other.
    ...(preview && { scope: { id: `conversation.${client.slug}.${id}` } }),
    mutationFn: (input: V) => cache.bringConversation(() => call(client, input)),
    onMutate: (input) => {
      let undo: Partial<Conversation> | null = null;
      const end =
        preview &&
        cache.wish(id, (current) => {
          const shown = preview(current, input);
          undo ??= pick(current, Object.keys(shown) as (keyof Conversation)[]);
          return shown;
        });
      // Taken back at once: without a network the fresh copy does not come either.
      return { end, takeBack: () => end?.() || cache.preview(id, () => undo ?? {}) };
    },
    onSuccess: (_answer, _input, wished) => {
      wished.end?.();
    },
    onError: (_error, _input, wished) => {
      wished?.takeBack();
      cache
        .bringConversation(() => client.get<Conversation>(`/conversations/${id}`))
        .catch(() => {
          // The error to show is the first one; the screen catches up with the next event.
        });
    },
  });
}

function pick(current: Conversation, fields: (keyof Conversation)[]): Partial<Conversation> {
  return Object.fromEntries(fields.map((field) => [field, current[field]]));
}

/** Give the conversation to a member; null hands it back to the unassigned ones. */
export function useAssign(id: number) {
  return useConversationAction<MemberRef | null>(
    id,
    (client, member) => client.post(`/conversations/${id}/assignment`, { member: member?.id ?? null }),
    ({ status }, assignee) => ({
      assignee,
      status: status === "closed" ? status : assignee ? "open" : "unassigned",
    }),
  );
}

export function useClose(id: number) {
  return useConversationAction<void>(
    id,
    (client) => client.post(`/conversations/${id}/resolution`),
    () => ({ status: "closed" }),
  );
}

export function useReopen(id: number) {
  return useConversationAction<void>(
    id,
    (client) => client.delete(`/conversations/${id}/resolution`),
    ({ assignee }) => ({ status: assignee ? "open" : "unassigned" }),
  );
}

/** Say how far we have read. Without a preview: whether our looking counts is the server's to say. */
export function useMarkRead(id: number) {
  return useConversationAction<number>(id, (client, throughMessageId) =>
    client.post(`/conversations/${id}/read`, { through_message_id: throughMessageId }),
  );
}
