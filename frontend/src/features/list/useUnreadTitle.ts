import { useEffect } from "react";

import { type ConversationFilter, useConversations } from "@/api";
import { useTranslation } from "@/i18n";

const EVERYTHING: ConversationFilter = { status: "all", sort: "newest", q: "" };

/** How many of the loaded chats hold something unread. */
export function useUnreadChats(): number {
  const { data } = useConversations(EVERYTHING);
  const rows = data?.pages.flatMap(({ results }) => results) ?? [];
  return rows.filter(({ unread_count: unread }) => unread > 0).length;
}

/** «(3) Chats · bandeja» in the browser's tab. */
export function useUnreadTitle(): void {
  const { t } = useTranslation();
  const unread = useUnreadChats();
  const title = `${unread > 0 ? `(${unread}) ` : ""}${t("list.title")} · bandeja`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
