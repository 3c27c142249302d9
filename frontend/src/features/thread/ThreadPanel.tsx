import { IconLock, IconMessages } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { ApiError, useConversation, useMe } from "@/api";
import { useTranslation } from "@/i18n";
import { useAnnounceViewing } from "@/realtime";
import { EmptyState, ErrorState, personName } from "@/ui";

import { ThreadHeader } from "./header/ThreadHeader";
import type { ComposerSlot } from "./model/slot";
import { Thread } from "./Thread";
import classes from "./ThreadPanel.module.css";
import { ThreadSkeleton } from "./ThreadSkeleton";

interface Props {
  /** Null while no chat is chosen. */
  conversationId: number | null;
  /** Back to the list, where only one panel fits. */
  onBack?: () => void;
  onToggleContact: () => void;
  contactOpen: boolean;
  /** What there is to say about the customer, below the header. */
  notice?: ReactNode;
  composer: (slot: ComposerSlot) => ReactNode;
  /** The address of a conversation, for people whom a customer recommends and whom we know. */
  hrefOf?: (conversationId: number) => string;
}

/** One conversation: header, messages and, below them, the message box that `app` gives. */
export function ThreadPanel({ conversationId, ...rest }: Props) {
  const { t } = useTranslation();
  if (conversationId === null) {
    return (
      <section className={classes.blank}>
        <EmptyState icon={<IconMessages size={24} stroke={1.5} />} title={t("thread.choose.title")}>
          {t("thread.choose.text")}
        </EmptyState>
      </section>
    );
  }
  // A new key: nothing of one conversation (place, quote, unread mark) may show in the next.
  return <OpenThread key={conversationId} conversationId={conversationId} {...rest} />;
}

function OpenThread({
  conversationId,
  notice,
  composer,
  hrefOf,
  ...header
}: Props & { conversationId: number }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const conversation = useConversation(conversationId);
  useAnnounceViewing(conversationId);

  if (isGone(conversation.error)) return <Gone onBack={header.onBack} />;
  if (conversation.data === undefined) {
    return (
      <section className={classes.panel} aria-busy={conversation.isPending}>
        {conversation.isError ? (
          <div className={classes.blank}>
            <ErrorState
              title={t("thread.loadFailed")}
              error={conversation.error}
              onRetry={() => void conversation.refetch()}
            />
          </div>
        ) : (
          <ThreadSkeleton withHeader />
        )}
      </section>
    );
  }
  return (
    <section
      className={classes.panel}
      aria-label={t("thread.label", { name: personName(conversation.data.contact, t("common.unnamed")) })}
    >
      <ThreadHeader conversation={conversation.data} me={me} {...header} />
      {notice}
      <Thread conversation={conversation.data} me={me} composer={composer} hrefOf={hrefOf} />
    </section>
  );
}

function Gone({ onBack }: { onBack?: () => void }) {
  const { t } = useTranslation();
  return (
    <section className={classes.blank}>
      <EmptyState
        icon={<IconLock size={24} stroke={1.5} />}
        title={t("thread.gone.title")}
        action={
          onBack && (
            <button type="button" className={classes.backLink} onClick={onBack}>
              {t("thread.header.back")}
            </button>
          )
        }
      >
        {t("thread.gone.text")}
      </EmptyState>
    </section>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403);
}
