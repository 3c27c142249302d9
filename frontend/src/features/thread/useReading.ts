import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";

import type { Conversation, Me, Message } from "@/api";
import { useMarkRead } from "@/realtime";

import { newsAfter } from "./model/items";
import { readThrough } from "./model/reading";

/** Says on the server what was read, and counts what came while the reader was further up. */
export function useReading(conversation: Conversation, messages: readonly Message[], me: Me | undefined) {
  const { mutate } = useMarkRead(conversation.id);
  const isAttentive = useIsAttentive();
  const [isAtEnd, setIsAtEnd] = useState(true);
  const [seenId, setSeenId] = useState<number | null>(null);
  const said = useRef<number | null>(null);
  const lastId = messages.at(-1)?.id ?? null;

  // While the reader is at the end, the newest is what was last seen.
  if (isAtEnd && lastId !== seenId) setSeenId(lastId);

  const { unread_count: unreadCount, assignee } = conversation;
  const assigneeId = assignee?.id ?? null;
  const viewerId = me?.membership?.id ?? null;
  const isManaged = me?.organization?.ticket_management ?? true;
  useEffect(() => {
    const through = readThrough({
      unreadCount,
      assigneeId,
      viewerId,
      isManaged,
      isAttentive,
      isAtEnd,
      lastMessageId: lastId,
      saidMessageId: said.current,
    });
    if (through === null) return;
    said.current = through;
    mutate(through, {
      onError: () => {
        said.current = null;
      },
    });
  }, [unreadCount, assigneeId, viewerId, isManaged, isAttentive, isAtEnd, lastId, mutate]);

  const onAtEnd = useCallback((atEnd: boolean) => setIsAtEnd(atEnd), []);
  return { news: isAtEnd ? 0 : newsAfter(messages, seenId), onAtEnd };
}

const EVENTS = ["focus", "blur"] as const;

/** Whether someone is looking: the page is visible and has the focus. */
function useIsAttentive(): boolean {
  return useSyncExternalStore(subscribe, () => document.visibilityState === "visible" && document.hasFocus());
}

function subscribe(listener: () => void) {
  for (const event of EVENTS) window.addEventListener(event, listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    for (const event of EVENTS) window.removeEventListener(event, listener);
    document.removeEventListener("visibilitychange", listener);
  };
}
