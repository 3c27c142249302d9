import { createContext, useContext } from "react";

import type { Attachment, Message, ReplyReference } from "@/api";

/** What can be done with a message, for the parts that show one. */
export interface MessageActions {
  viewerId: number | null;
  contactName: string;
  /** Null while nothing may be written here. */
  reply: ((message: Message) => void) | null;
  goTo: (quoted: ReplyReference) => void;
  /** A message as it is loaded, such as the one that another quotes. */
  find: (messageId: number) => Message | undefined;
  resend: (message: Message, options: { evenIfUnconfirmed: boolean }) => void;
  /** Messages whose new attempt is on its way to the server. */
  resending: ReadonlySet<number>;
  retryUnsent: (clientId: string) => void;
  editUnsent: (clientId: string) => void;
  discardUnsent: (clientId: string) => void;
  /** Show who reacted, and let one choose where that is allowed. */
  openReactions: (messageId: number, beside: HTMLElement, isByTouch?: boolean) => void;
  mayReact: (message: Message) => boolean;
  /** Show a picture or film large, among those of the conversation. */
  openMedia: (attachmentId: number) => void;
  /** Ask for a customer's file once more. */
  fetchFile: (message: Message, attachment: Attachment) => void;
  fetching: ReadonlySet<number>;
  hrefOf?: (conversationId: number) => string;
}

export const MessageActionsContext = createContext<MessageActions | null>(null);

export function useMessageActions(): MessageActions {
  const actions = useContext(MessageActionsContext);
  if (!actions) throw new Error("useMessageActions needs a MessageActionsContext above it");
  return actions;
}
