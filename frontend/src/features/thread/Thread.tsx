import { VisuallyHidden } from "@mantine/core";
import { IconMessageCircle } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";

import { type Conversation, type Me, serverTime, windowState } from "@/api";
import { useTranslation } from "@/i18n";
import { EmptyState, ErrorState, personName, useNow } from "@/ui";
import { playback } from "@/ui/media";

import { DropZone } from "./DropZone";
import { useLightbox } from "./lightbox/useLightbox";
import { type ListHandle, MessageList } from "./list/MessageList";
import { MessageActionsContext } from "./message/actions";
import type { ComposerSlot } from "./model/slot";
import { useReactionMenu } from "./reactions/useReactionMenu";
import classes from "./Thread.module.css";
import { ThreadSkeleton } from "./ThreadSkeleton";
import { useDroppedFiles } from "./useDroppedFiles";
import { useFind } from "./useFind";
import { useGoTo } from "./useGoTo";
import { useMessageWork } from "./useMessageWork";
import { useReading } from "./useReading";
import { useReply } from "./useReply";
import { useRowKeys } from "./useRowKeys";
import { useSpokenNews } from "./useSpokenNews";
import { useThread } from "./useThread";

interface Props {
  conversation: Conversation;
  me: Me | undefined;
  composer: (slot: ComposerSlot) => ReactNode;
  hrefOf?: (conversationId: number) => string;
}

/** The messages of a conversation and the box below them. */
export function Thread({ conversation, me, composer, hrefOf }: Props) {
  const { t } = useTranslation();
  const viewerId = me?.membership?.id ?? null;
  const list = useRef<ListHandle>(null);
  const thread = useThread(conversation, viewerId, list);
  const { messages } = thread;
  const reading = useReading(conversation, messages, me);
  const { current: replyTo, to: replyTarget, cancel: cancelReply } = useReply(conversation.id);
  const work = useMessageWork();
  const search = useGoTo(thread, list);
  const spoken = useSpokenNews(messages);
  const find = useFind(messages);
  const reply = useIsWindowOpen(conversation) ? replyTarget : null;
  const reactions = useReactionMenu({ messages, me, reply });
  const lightbox = useLightbox(messages, thread.beginning);
  const drop = useDroppedFiles(reply !== null);
  const keys = useRowKeys(thread.items, { reply, openReactions: reactions.open });
  // A voice note goes on while one scrolls, not while one reads another chat.
  useEffect(() => () => playback.reset(), []);

  const contactName = personName(conversation.contact, t("common.unnamed"));
  const actions = useMemo(
    () => ({
      viewerId,
      contactName,
      reply,
      goTo: search.goTo,
      find,
      openReactions: reactions.open,
      mayReact: reactions.mayReact,
      openMedia: lightbox.open,
      hrefOf,
      ...work.actions,
    }),
    [
      viewerId,
      contactName,
      reply,
      search.goTo,
      find,
      reactions.open,
      reactions.mayReact,
      lightbox.open,
      hrefOf,
      work.actions,
    ],
  );

  return (
    <MessageActionsContext.Provider value={actions}>
      <DropZone drop={drop}>
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
              keys={keys}
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
          replyTo,
          onCancelReply: cancelReply,
          restored: work.restored,
          dropped: drop.dropped,
        })}
      </DropZone>
      {reactions.menu}
      {lightbox.view}
    </MessageActionsContext.Provider>
  );
}

function useIsWindowOpen({ window_closes_at: closesAt }: Conversation): boolean {
  return windowState(closesAt, serverTime(useNow())).kind === "open";
}
