import { notifications } from "@mantine/notifications";
import { type RefObject, useCallback, useEffect, useState } from "react";

import type { ReplyReference } from "@/api";
import { useTranslation } from "@/i18n";

import type { ListHandle } from "./list/MessageList";
import type { LoadedThread } from "./useThread";

// Further back than this a quote is not worth the wait: ten pages are five hundred messages.
const MOST_PAGES = 10;

/** Go to a quoted message, loading older pages until it is there. */
export function useGoTo({ seekOlder, items }: LoadedThread, list: RefObject<ListHandle | null>) {
  const { t } = useTranslation();
  const [isSearching, setIsSearching] = useState(false);
  const [found, setFound] = useState<number | null>(null);

  const seek = useCallback(
    async (id: number) => {
      setIsSearching(true);
      let outcome: Awaited<ReturnType<typeof seekOlder>> = "further";
      for (let page = 0; page < MOST_PAGES && outcome === "further"; page += 1) outcome = await seekOlder(id);
      setIsSearching(false);
      if (outcome === "found") setFound(id);
      else notifications.show({ color: "gray", message: t("thread.quoted.notFound") });
    },
    [seekOlder, t],
  );
  const goTo = useCallback(
    ({ id }: ReplyReference) => {
      if (id !== null && !list.current?.show(id)) void seek(id);
    },
    [list, seek],
  );

  // Only once the older messages are laid out can the list go there.
  useEffect(() => {
    if (found !== null && items.length > 0 && list.current?.show(found)) setFound(null);
  }, [found, items, list]);

  return { goTo, isSearching };
}
