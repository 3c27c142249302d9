import { useMemo } from "react";

import type { Message } from "@/api";
import type { OutboxEntry } from "@/realtime";

import type { RowKeys } from "./list/useRowFocus";
import { isQuotable } from "./message/quotable";
import type { ThreadItem } from "./model/items";

interface Actions {
  reply: ((message: Message) => void) | null;
  openReactions: (messageId: number, beside: HTMLElement) => void;
}

/** R answers the message that the keyboard is on, E shows its reactions. */
export function useRowKeys(
  items: readonly ThreadItem<OutboxEntry>[],
  { reply, openReactions }: Actions,
): RowKeys {
  return useMemo(() => {
    const messageOf = (key: string) => {
      const item = items.find((one) => one.key === key);
      return item?.kind === "message" && isQuotable(item.message) ? item.message : null;
    };
    return {
      r: (key) => {
        const message = messageOf(key);
        if (message) reply?.(message);
      },
      e: (key, row) => {
        const message = messageOf(key);
        const bubble = row.querySelector<HTMLElement>("[data-flash]");
        if (message && (reply || message.reactions.length > 0)) openReactions(message.id, bubble ?? row);
      },
    };
  }, [items, reply, openReactions]);
}
