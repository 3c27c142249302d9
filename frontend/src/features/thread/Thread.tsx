import { VisuallyHidden } from "@mantine/core";
import { IconMessageCircle } from "@tabler/icons-react";
import { type ReactNode, useCallback, useMemo, useRef } from "react";

import { type Conversation, type Me, serverTime, windowState } from "@/api";
import { useTranslation } from "@/i18n";
import { EmptyState, ErrorState, useNow } from "@/ui";

import { type ListHandle, MessageList } from "./list/MessageList";
import { MessageActionsContext } from "./message/actions";
import { isQuotable } from "./message/ReplyButton";
import type { ComposerSlot } from "./model/slot";
import classes from "./Thread.module.css";
import { ThreadSkeleton } from "./ThreadSkeleton";
import { useGoTo } from "./useGoTo";
import { useMessageWork } from "./useMessageWork";
import { useReading } from "./useReading";
import { useReply } from "./useReply";
import { useSpokenNews } from "./useSpokenNews";
import { useThread } from "./useThread";

interface Props {
  conversation: Conversation;
  me: Me | undefined;
  composer: (slot: ComposerSlot) => ReactNode;
}

/** The messages of a conversation and the box below them. */
export function Thread({ conversation, me, composer }: Props) {
  const { t } = useTranslation();
  const viewerId = me?.membership?.id ?? null;
  const list = useRef<ListHandle>(null);
  const thread = useThread(conversation, viewerId, list);
  const reading = useReading(conversation, thread.messages, viewerId);
  const reply = useReply(conversation.id);
  const work = useMessageWork();
  const search = useGoTo(thread, list);
  const spoken = useSpokenNews(thread.messages);
  const mayReply = useIsWindowOpen(conversation);

  const actions = useMemo(
    () => ({ viewerId, reply: mayReply ? reply.to : null, goTo: search.goTo, ...work.actions }),
    [viewerId, mayReply, reply.to, search.goTo, work.actions],
  );
  const onReplyKey = useCallback(
    (key: string) => {
      const item = thread.items.find((one) => one.key === key);
      if (mayReply && item?.kind === "message" && isQuotable(item.message)) reply.to(item.message);
    },
    [thread.items, mayReply, reply.to],
  );

  return (
    <MessageActionsContext.Provider value={actions}>
      <div className={classes.messages}>
        {thread.state === "loading" && <ThreadSkeleton />}
        {thread.state === "failed" && (
          <div className={classes.centred}>
            <ErrorState title={t("thread.loadFailed")} error={thread.error} onRetry={thread.retry} />
          </div>
        )}
        {thread.state === "empty" && (
          <div className={classes.centred}>
            <EmptyState icon={<IconMessageCircle size={24} stroke={1.5} />} title={t("thread.empty.title")}>
              {t("thread.empty.text")}
            </EmptyState>
          </div>
        )}
        {thread.state === "ready" && (
          <MessageList
            handle={list}
            items={thread.items}
            beginning={thread.beginning}
            news={reading.news}
            onAtEnd={reading.onAtEnd}
            onReplyKey={onReplyKey}
          />
        )}
        {search.isSearching && (
          <p className={classes.searching} role="status">
            {t("thread.quoted.searching")}
          </p>
        )}
      </div>
      <VisuallyHidden aria-live="polite">{spoken}</VisuallyHidden>
      {composer({
        replyTo: reply.current,
        onCancelReply: reply.cancel,
        restored: work.restored,
      })}
    </MessageActionsContext.Provider>
  );
}

function useIsWindowOpen({ window_closes_at: closesAt }: Conversation): boolean {
  return windowState(closesAt, serverTime(useNow())).kind === "open";
}
