import { useCallback, useState } from "react";

import type { Message, ReplyTarget } from "@/api";

// A quote belongs to the draft beside it: it waits, too, when one looks into another chat meanwhile.
const waiting = new Map<number, ReplyTarget>();

/** The message that the next one of this conversation answers. */
export function useReply(conversationId: number) {
  const [current, setCurrent] = useState<ReplyTarget | null>(() => waiting.get(conversationId) ?? null);

  const to = useCallback(
    (message: Message) => {
      const reference: ReplyTarget = {
        id: message.id,
        direction: message.direction,
        type: message.type,
        author_name: message.author.name,
        preview: message.text,
        deleted_at: null,
        attachment: message.attachments[0] ?? null,
      };
      waiting.set(conversationId, reference);
      setCurrent(reference);
    },
    [conversationId],
  );
  const cancel = useCallback(() => {
    waiting.delete(conversationId);
    setCurrent(null);
  }, [conversationId]);

  return { current, to, cancel };
}
