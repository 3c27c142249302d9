import { useState } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { readablePhone } from "@/ui";
import { useSummary } from "@/ui/summary";

/** What a screen reader says when the customer writes while the chat is open. */
export function useSpokenNews(messages: readonly Message[]): string {
  const { t } = useTranslation();
  const summary = useSummary();
  const newest = messages.at(-1);
  const [state, setState] = useState<{ lastId: number | undefined; spoken: string }>({
    lastId: newest?.id,
    spoken: "",
  });
  if (state.lastId !== newest?.id) {
    const isNews = state.lastId !== undefined && newest?.direction === "inbound";
    const spoken = isNews
      ? t("thread.newMessage", {
          name: readablePhone(newest.author.name),
          text: spokenWords(newest, summary),
        })
      : "";
    setState({ lastId: newest?.id, spoken });
  }
  return state.spoken;
}

function spokenWords(message: Message, summary: ReturnType<typeof useSummary>): string {
  const { type, raw_type: rawType, text } = message;
  const [file] = message.attachments;
  const { iconLabel, words } = summary({
    type,
    rawType,
    text,
    isVoice: file?.is_voice,
    fileName: file?.file_name,
  });
  return [iconLabel, words].filter(Boolean).join(": ");
}
