import type { Attachment, Message } from "@/api";

/** One picture or film of the conversation. */
export interface Shot {
  attachment: Attachment;
  message: Message;
}

/** Everything that can be seen large, in the order of the thread. */
export function shotsOf(messages: readonly Message[]): Shot[] {
  return messages.flatMap((message) =>
    message.deleted_at
      ? []
      : message.attachments
          .filter(({ kind, state }) => state === "stored" && (kind === "image" || kind === "video"))
          .map((attachment) => ({ attachment, message })),
  );
}
