import { ActionIcon, Skeleton } from "@mantine/core";
import { IconUserOff, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { ApiError, type Conversation, useContact, useConversation } from "@/api";
import { useTranslation } from "@/i18n";
import { EmptyState, ErrorState } from "@/ui";

import { ContactDetails } from "./ContactDetails";
import classes from "./ContactPanel.module.css";

interface Props {
  conversationId: number;
  onClose: () => void;
  /** The address of a conversation, for links to the others of the same contact. */
  hrefOf?: (conversationId: number) => string;
}

/** Who the customer is. */
export function ContactPanel({ conversationId, onClose, hrefOf }: Props) {
  const { t } = useTranslation();
  const { data: conversation, error, isError, refetch } = useConversation(conversationId);
  let content: ReactNode = <DetailsSkeleton />;
  if (isGone(error)) content = <Gone />;
  else if (conversation)
    content = <Details key={conversation.contact.id} conversation={conversation} hrefOf={hrefOf} />;
  else if (isError)
    content = <ErrorState title={t("contact.loadFailed")} error={error} onRetry={() => void refetch()} />;
  return (
    <aside className={classes.panel} aria-label={t("contact.label")}>
      <header className={classes.head}>
        <h2 className={classes.title}>{t("contact.title")}</h2>
        <ActionIcon aria-label={t("contact.close")} onClick={onClose}>
          <IconX size={18} stroke={1.75} aria-hidden />
        </ActionIcon>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div className={classes.content} tabIndex={0}>
        {content}
      </div>
    </aside>
  );
}

function Details({ conversation, hrefOf }: { conversation: Conversation; hrefOf?: Props["hrefOf"] }) {
  const { t } = useTranslation();
  const contact = useContact(conversation.contact.id);
  if (contact.data)
    return <ContactDetails contact={contact.data} conversation={conversation} hrefOf={hrefOf} />;
  if (isGone(contact.error)) return <Gone />;
  if (contact.isError)
    return (
      <ErrorState
        title={t("contact.loadFailed")}
        error={contact.error}
        onRetry={() => void contact.refetch()}
      />
    );
  return <DetailsSkeleton />;
}

function Gone() {
  const { t } = useTranslation();
  return <EmptyState icon={<IconUserOff size={24} stroke={1.5} />} title={t("contact.gone")} />;
}

function DetailsSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes.skeleton} role="status" aria-label={t("common.loading")}>
      <Skeleton circle width={72} height={72} />
      <Skeleton width={150} height={16} />
      <Skeleton width={110} height={12} />
      {[0, 1, 2, 3].map((line) => (
        <Skeleton key={line} width="100%" height={34} />
      ))}
    </div>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403);
}
