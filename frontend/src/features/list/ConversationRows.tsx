import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef } from "react";

import type { Conversation } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./ConversationRows.module.css";
import { Row } from "./Row";
import { useAnchor } from "./useAnchor";
import { useRoving } from "./useRoving";
import { useStableOrder } from "./useStableOrder";

const ROW_HEIGHT = 64;
const LOAD_AHEAD = 12;

interface Props {
  conversations: Conversation[];
  selectedId: number | null;
  hrefOf: (conversationId: number) => string;
  showsStatus: boolean;
  more: { has: boolean; isLoading: boolean; hasFailed: boolean; load: () => void };
}

/** The rows, of which only those in view are drawn. */
export function ConversationRows({ conversations, selectedId, hrefOf, showsStatus, more }: Props) {
  const { t } = useTranslation();
  const viewport = useRef<HTMLDivElement>(null);
  const { rows, handlers } = useStableOrder(conversations);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const find = useCallback(
    (id: number) => viewport.current?.querySelector<HTMLElement>(`[data-conversation="${id}"]`) ?? null,
    [],
  );
  const roving = useRoving({
    ids,
    selectedId,
    reveal: (index) => virtual.scrollToIndex(index),
    find,
  });
  const activeIndex = roving.activeId === null ? -1 : ids.indexOf(roving.activeId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
    paddingStart: 4,
    paddingEnd: 8,
    // The row with the focus stays drawn, so that Tab finds it wherever the list is scrolled to.
    rangeExtractor: (range: Range) => withIndex(defaultRangeExtractor(range), activeIndex),
  });
  useAnchor(viewport, ids, ROW_HEIGHT);

  const items = virtual.getVirtualItems();
  const lastDrawn = virtual.range?.endIndex ?? 0;
  const wantsMore = more.has && !more.isLoading && !more.hasFailed && lastDrawn >= rows.length - LOAD_AHEAD;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is a new function each time
  useEffect(() => {
    if (wantsMore) more.load();
  }, [wantsMore]);

  return (
    <div
      ref={viewport}
      className={classes.viewport}
      onScroll={({ currentTarget }) =>
        currentTarget.toggleAttribute("data-scrolled", currentTarget.scrollTop > 8)
      }
      {...handlers}
    >
      <ul
        className={classes.rows}
        style={{ height: virtual.getTotalSize() }}
        aria-label={t("list.title")}
        onKeyDown={roving.onKeyDown}
      >
        {items.map(({ key, index, start }) => {
          const conversation = rows[index];
          if (!conversation) return null;
          return (
            <li
              key={key}
              className={classes.item}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={more.has ? -1 : rows.length}
              aria-posinset={index + 1}
            >
              <Row
                conversation={conversation}
                href={hrefOf(conversation.id)}
                isSelected={conversation.id === selectedId}
                isTabStop={conversation.id === roving.activeId}
                showsStatus={showsStatus}
                onFocus={roving.onFocusRow}
              />
            </li>
          );
        })}
      </ul>
      {more.hasFailed && (
        <div className={classes.more} role="alert">
          {t("list.moreFailed")}{" "}
          <button type="button" onClick={more.load}>
            {t("common.retry")}
          </button>
        </div>
      )}
      {more.isLoading && (
        <div className={classes.more} role="status">
          {t("list.loadingMore")}
        </div>
      )}
    </div>
  );
}

function withIndex(indexes: number[], index: number): number[] {
  return index < 0 || indexes.includes(index) ? indexes : [...indexes, index].sort((a, b) => a - b);
}
