import { createContext, useContext } from "react";

import type { Message, ReplyReference } from "@/api";

/** What can be done with a message, for the parts that show one. */
export interface MessageActions {
  viewerId: number | null;
  /** Null while nothing may be written here. */
  reply: ((message: Message) => void) | null;
  goTo: (quoted: ReplyReference) => void;
  resend: (message: Message, options: { evenIfUnconfirmed: boolean }) => void;
  /** Messages whose new attempt is on its way to the server. */
  resending: ReadonlySet<number>;
  retryUnsent: (clientId: string) => void;
  editUnsent: (clientId: string) => void;
  discardUnsent: (clientId: string) => void;
}

export const MessageActionsContext = createContext<MessageActions | null>(null);

export function useMessageActions(): MessageActions {
  const actions = useContext(MessageActionsContext);
  if (!actions) throw new Error("useMessageActions needs a MessageActionsContext above it");
  return actions;
}
