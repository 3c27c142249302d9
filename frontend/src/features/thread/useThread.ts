import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { type Conversation, type Message, useMessages } from "@/api";
import { type OutboxEntry, useOutbox } from "@/realtime";
import { useZone } from "@/ui";
import type { Beginning } from "./list/ListTop";
import type { ListHandle } from "./list/MessageList";
import { inOrder, layOut, type ThreadItem, type UnreadMark, unreadMark } from "./model/items";

export interface LoadedThread {
  state: "loading" | "failed" | "empty" | "ready";
  error: unknown;
  retry: () => void;
  messages: readonly Message[];
  items: readonly ThreadItem<OutboxEntry>[];
  beginning: Beginning;
  /** Load the next older page; says whether it brought a message, or that there is no way further back. */
  seekOlder: (messageId: number) => Promise<"found" | "further" | "exhausted">;
}

/** Everything that stands in the thread: the loaded messages, those on their way, and what is above. */
export function useThread(
  conversation: Conversation,
  viewerId: number | null,
  list: RefObject<ListHandle | null>,
): LoadedThread {
  const timeZone = useZone();
  const query = useMessages(conversation.id);
  const outbox = useOutbox(conversation.id);
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;

  const messages = useMemo(() => inOrder(data?.pages.flatMap((page) => page.results) ?? []), [data]);
  const unread = useUnreadMark(conversation, data === undefined ? null : messages, outbox);
  const items = useMemo(
    () => layOut(messages, outbox, { timeZone, viewerId, unread, isComplete: !hasNextPage }),
    [messages, outbox, timeZone, viewerId, unread, hasNextPage],
  );
  const beginning = useMemo<Beginning>(
    () => ({
      state: beginningState({ hasNextPage, isFetchingNextPage, isFetchNextPageError }),
      load: () => void fetchNextPage({ cancelRefetch: false }),
    }),
    [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage],
  );
  const seekOlder = useCallback(
    async (messageId: number) => {
      const result = await fetchNextPage({ cancelRefetch: false });
      const isThere = result.data?.pages.some((page) => page.results.some(({ id }) => id === messageId));
      if (isThere) return "found";
      return result.isError || !result.hasNextPage ? "exhausted" : "further";
    },
    [fetchNextPage],
  );
  useFollowOwn(outbox, list);

  return {
    state: items.length > 0 ? "ready" : data ? "empty" : query.isError ? "failed" : "loading",
    error: query.error,
    retry: () => void query.refetch(),
    messages,
    items,
    beginning,
    seekOlder,
  };
}

function beginningState(query: {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
}): Beginning["state"] {
  if (query.isFetchingNextPage) return "loading";
  if (query.isFetchNextPageError) return "failed";
  return query.hasNextPage ? "idle" : "complete";
}

/** Set once, when the chat is opened; gone as soon as one answers. */
function useUnreadMark(
  conversation: Conversation,
  messages: readonly Message[] | null,
  outbox: readonly OutboxEntry[],
): UnreadMark | null {
  const [mark, setMark] = useState<UnreadMark | null | undefined>(undefined);
  if (mark === undefined && messages !== null) setMark(unreadMark(messages, conversation.unread_count));
  if (mark && outbox.some((entry) => entry.state !== "failed")) setMark(null);
  return mark ?? null;
}

/** What one has just sent is always brought into view. */
function useFollowOwn(outbox: readonly OutboxEntry[], list: RefObject<ListHandle | null>) {
  const newest = outbox.at(-1)?.clientId;
  const known = useRef(newest);
  useLayoutEffect(() => {
    if (newest === known.current) return;
    known.current = newest;
    if (newest !== undefined) list.current?.toEnd();
  }, [newest, list]);
  // Once more after the new row was measured.
  useEffect(() => {
    if (newest !== undefined) list.current?.toEnd();
  }, [newest, list]);
}
