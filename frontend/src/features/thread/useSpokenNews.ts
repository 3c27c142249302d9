import { useState } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";

import { plain } from "./format/parse";

/** What a screen reader says when the customer writes while the chat is open. */
export function useSpokenNews(messages: readonly Message[]): string {
  const { t } = useTranslation();
  const newest = messages.at(-1);
  const [state, setState] = useState<{ lastId: number | undefined; spoken: string }>({
    lastId: newest?.id,
    spoken: "",
  });
  if (state.lastId !== newest?.id) {
    const isNews = state.lastId !== undefined && newest?.direction === "inbound";
    const spoken = isNews
      ? t("thread.newMessage", { name: newest.author.name, text: plain(newest.text) })
      : "";
    setState({ lastId: newest?.id, spoken });
  }
  return state.spoken;
}
