import type { ReplyTarget } from "@/api";

/** What the thread hands to the message box below it. */
export interface ComposerSlot {
  /** The message that the next one answers. */
  replyTo: ReplyTarget | null;
  onCancelReply: () => void;
  /** A text that could not be sent and is to be mended; a new object each time. */
  restored: { text: string } | null;
  /** Files that were let go over the conversation; a new object each time. */
  dropped: { files: File[] } | null;
}
