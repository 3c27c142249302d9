import { useCallback, useState } from "react";

import type { Message, ReplyReference } from "@/api";

import { useKindTitle } from "./message/useKindTitle";

// A quote belongs to the draft beside it: it waits, too, when one looks into another chat meanwhile.
const waiting = new Map<number, ReplyReference>();

/** The message that the next one of this conversation answers. */
export function useReply(conversationId: number) {
  const kindTitle = useKindTitle();
  const [current, setCurrent] = useState<ReplyReference | null>(() => waiting.get(conversationId) ?? null);

  const to = useCallback(
    (message: Message) => {
      const reference: ReplyReference = {
        id: message.id,
        direction: message.direction,
        type: message.type,
        author_name: message.author.name,
        preview: message.text || kindTitle(message.type, message.raw_type),
      };
      waiting.set(conversationId, reference);
      setCurrent(reference);
    },
    [conversationId, kindTitle],
  );
  const cancel = useCallback(() => {
    waiting.delete(conversationId);
    setCurrent(null);
  }, [conversationId]);

  return { current, to, cancel };
}
