import { type ReactNode, useCallback, useRef, useState } from "react";

import type { Me, Message } from "@/api";
import { useTranslation } from "@/i18n";
import { useReact } from "@/realtime";

import { useFailureNote } from "../useFailureNote";
import { ReactionMenu } from "./ReactionMenu";
import { isReactable } from "./reactable";

interface Open {
  messageId: number;
  anchor: DOMRect;
  isByTouch: boolean;
}

interface Options {
  messages: readonly Message[];
  me: Me | undefined;
  /** Null while nothing may be written here. */
  reply: ((message: Message) => void) | null;
}

/** Opens the reactions of a message, and brings what is chosen to the server. */
export function useReactionMenu({ messages, me, reply }: Options) {
  const { t } = useTranslation();
  const note = useFailureNote();
  const { mutate } = useReact();
  const [isOpen, setOpen] = useState<Open | null>(null);
  // Gets the focus back.
  const opener = useRef<HTMLElement | null>(null);
  const message = isOpen && messages.find(({ id }) => id === isOpen.messageId);

  const open = useCallback((messageId: number, element: HTMLElement, isByTouch = false) => {
    opener.current = element;
    setOpen({ messageId, anchor: element.getBoundingClientRect(), isByTouch });
  }, []);
  const close = useCallback(() => {
    opener.current?.focus({ preventScroll: true });
    setOpen(null);
  }, []);

  const by = me?.membership ? { id: me.membership.id, name: me.membership.name } : null;
  const mayReact = useCallback((one: Message) => reply !== null && isReactable(one, Date.now()), [reply]);
  const react = (emoji: string) => {
    if (!message) return;
    mutate({ message, emoji, by }, { onError: (error) => note(t("content.reaction.failed"), error) });
  };
  const menu: ReactNode = isOpen && message && (
    <ReactionMenu
      message={message}
      anchor={isOpen.anchor}
      onReact={mayReact(message) ? react : null}
      onReply={isOpen.isByTouch && reply ? () => reply(message) : null}
      onClose={close}
    />
  );
  return { open, mayReact, menu };
}
