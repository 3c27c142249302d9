import { type Ref, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from "react";

import { useTranslation } from "@/i18n";
import type { OutboxEntry } from "@/realtime";

import type { ThreadItem } from "../model/items";
import { FloatingDayLabel } from "./DayLine";
import { JumpButton } from "./JumpButton";
import { type Beginning, ListTop } from "./ListTop";
import classes from "./MessageList.module.css";
import { Row } from "./Row";
import { useMessageScroller } from "./useMessageScroller";
import { type RowKeys, useRowFocus } from "./useRowFocus";

export interface ListHandle {
  toEnd: () => void;
  /** Bring a message into view and let it flash once; false when it is not loaded. */
  show: (messageId: number) => boolean;
}

interface Props {
  items: readonly ThreadItem<OutboxEntry>[];
  beginning: Beginning;
  news: number;
  onAtEnd: (isAtEnd: boolean) => void;
  keys: RowKeys;
  handle: Ref<ListHandle>;
}

const FLASH_MS = 1600;

/** The messages, of which only those in sight are in the document. */
export function MessageList({ items, beginning, news, onAtEnd, keys, handle }: Props) {
  const { t } = useTranslation();
  const focus = useRowFocus(items, keys);
  const older = useMemo(
    () => ({
      canLoad: beginning.state === "idle",
      load: beginning.load,
    }),
    [beginning.state, beginning.load],
  );
  const { scroller, virtualizer, place, look, toEnd } = useMessageScroller(items, older, focus.activeIndex);
  const { flashing, flash } = useFlash();

  useLayoutEffect(() => onAtEnd(place.isAtEnd), [onAtEnd, place.isAtEnd]);
  useImperativeHandle(
    handle,
    () => ({
      toEnd,
      show: (messageId) => {
        const index = items.findIndex((item) => item.kind === "message" && item.message.id === messageId);
        if (index < 0) return false;
        virtualizer.scrollToIndex(index, { align: "center" });
        flash(items[index]!.key);
        return true;
      },
    }),
    [items, virtualizer, toEnd, flash],
  );

  return (
    <div className={classes.frame}>
      <FloatingDayLabel floating={place.floating} />
      <div ref={scroller} className={classes.scroller} onScroll={look} data-testid="messages">
        <div
          className={classes.content}
          style={{ height: virtualizer.getTotalSize() }}
          role="feed"
          aria-label={t("thread.messages")}
          aria-busy={beginning.state === "loading"}
          onKeyDown={(event) => focus.onKeyDown(event, virtualizer)}
        >
          <ListTop beginning={beginning} />
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const item = items[index];
            if (!item) return null;
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row
                  item={item}
                  position={index + 1}
                  isActive={index === focus.activeIndex}
                  isFlashing={flashing === item.key}
                  onFocus={focus.onFocus}
                />
              </div>
            );
          })}
        </div>
      </div>
      <JumpButton isShown={place.isFar || news > 0} news={news} onClick={toEnd} />
    </div>
  );
}

function useFlash() {
  const [flashing, setFlashing] = useState<string | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const flash = useMemo(
    () => (key: string) => {
      window.clearTimeout(timer.current);
      setFlashing(key);
      timer.current = window.setTimeout(() => setFlashing(null), FLASH_MS);
    },
    [],
  );
  return { flashing, flash };
}
