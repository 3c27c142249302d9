import type { ReplyReference } from "@/api";

/** What the thread hands to the message box below it. */
export interface ComposerSlot {
  /** The message that the next one answers. */
  replyTo: ReplyReference | null;
  onCancelReply: () => void;
  /** A text that could not be sent and is to be mended; a new object each time. */
  restored: { text: string } | null;
}
