import { useMutation } from "@tanstack/react-query";

import {
  type Attachment,
  type Channel,
  type MemberRef,
  type Message,
  newId,
  type Reaction,
  useClient,
} from "@/api";

import { useRealtime } from "./context";

/** A new attempt for a message that failed, or, knowingly, for one that is «sin confirmar». */
export function useRetryMessage() {
  const client = useClient();
  const { cache } = useRealtime();
  return useMutation({
    mutationFn: ({ id, evenIfUnconfirmed = false }: { id: number; evenIfUnconfirmed?: boolean }) => {
      const body = { even_if_unconfirmed: evenIfUnconfirmed };
      const idempotencyKey = newId();
      return cache.bringMessage(() =>
        client.post<Message>(`/messages/${id}/attempts`, body, { idempotencyKey }),
      );
    },
  });
}

interface ReactionInput {
  message: Message;
  /** Empty takes ours back. */
  emoji: string;
  by: MemberRef | null;
}

/** Our reaction to a message, of which there is one at most. It is shown at once. */
export function useReact() {
  const client = useClient();
  const { cache } = useRealtime();
  return useMutation({
    mutationFn: ({ message: { id }, emoji }: ReactionInput) =>
      cache.bringMessage(() =>
        emoji
          ? client.put<Message>(`/messages/${id}/reaction`, { emoji })
          : client.delete<Message>(`/messages/${id}/reaction`),
      ),
    onMutate: ({ message, emoji, by }) =>
      cache.previewMessage({ ...message, reactions: withOurs(message.reactions, emoji, by) }),
    onError: (_error, { message }) => cache.previewMessage(message),
  });
}

export function withOurs(reactions: Reaction[], emoji: string, member: MemberRef | null): Reaction[] {
  const theirs = reactions.filter(({ side }) => side !== "us");
  return emoji ? [...theirs, { side: "us", emoji, member }] : theirs;
}

interface ResumeEnds {
  onSuccess: () => void;
  onError: (error: unknown) => void;
}

/**
 * Let what waits on a number go on, as its trouble was mended. The change comes back as an event, too.
 *
 * Both ends are told here: where it was asked for is gone with the trouble, maybe before the answer is there.
 */
export function useResumeChannel(ends: ResumeEnds) {
  const client = useClient();
  const { cache } = useRealtime();
  return useMutation({
    // It may have stopped anew before the answer is there.
    mutationFn: (id: number) => cache.bringChannel(() => client.post<Channel>(`/channels/${id}/resume`)),
    ...ends,
  });
}

/** Ask the server to fetch a file of a customer once more. */
export function useFetchAttachment() {
  const client = useClient();
  const { cache } = useRealtime();
  return useMutation({
    // It is on its way again. What becomes of it comes as an event, maybe before the answer is there.
    mutationFn: ({ message, attachment }: { message: Message; attachment: Attachment }) =>
      cache.bringMessage(async () => {
        await client.post<unknown>(`/attachments/${attachment.id}/fetch`);
        return {
          ...message,
          attachments: message.attachments.map((held) =>
            held.id === attachment.id ? { ...held, state: "waiting", failure: null } : held,
          ),
        };
      }),
  });
}
