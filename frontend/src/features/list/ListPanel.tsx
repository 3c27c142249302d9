import { useConversations } from "@/api";
import { useTranslation } from "@/i18n";
import { ErrorState } from "@/ui";

import { ConversationRows } from "./ConversationRows";
import { ListEmpty } from "./ListEmpty";
import { ListHeader } from "./ListHeader";
import classes from "./ListPanel.module.css";
import { ListSkeleton } from "./ListSkeleton";
import { useListState } from "./useListState";

interface Props {
  selectedId: number | null;
  hrefOf: (conversationId: number) => string;
}

/** All chats that we may see: search, filter, order, and the rows themselves. */
export function ListPanel({ selectedId, hrefOf }: Props) {
  const { t } = useTranslation();
  const state = useListState();
  const { filter } = state;
  const list = useConversations(filter);
  const conversations = list.data?.pages.flatMap(({ results }) => results) ?? [];
  // Known when the whole answer to this question is here.
  const isWhole = list.isSuccess && !list.isPlaceholderData && !list.hasNextPage;

  return (
    <section className={classes.panel} aria-label={t("list.label")}>
      <ListHeader
        {...state}
        isSearching={list.isPlaceholderData && filter.q !== ""}
        found={isWhole ? conversations.length : undefined}
      />
      <div className={classes.body} aria-busy={list.isPending}>
        {list.isPending ? (
          <ListSkeleton />
        ) : list.isError && list.data === undefined ? (
          <ErrorState title={t("list.loadFailed")} error={list.error} onRetry={() => void list.refetch()} />
        ) : conversations.length === 0 ? (
          <ListEmpty filter={filter} onShowAll={() => state.setStatus("all")} />
        ) : (
          <ConversationRows
            // Rows of another question do not slide into the places of this one's.
            key={`${filter.status} ${filter.sort} ${list.isPlaceholderData}`}
            conversations={conversations}
            selectedId={selectedId}
            hrefOf={hrefOf}
            showsStatus={filter.status === "all"}
            more={{
              has: list.hasNextPage,
              isLoading: list.isFetchingNextPage,
              hasFailed: list.isFetchNextPageError,
              load: () => void list.fetchNextPage(),
            }}
          />
        )}
      </div>
    </section>
  );
}
