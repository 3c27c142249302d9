import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import type { ConversationFilter, SortOrder, StatusFilter } from "@/api";

const PAUSE_MS = 250;

/** What the list shows. The search waits for a pause in the typing; the rest takes effect at once. */
export function useListState() {
  const [status, setStatus] = useState<StatusFilter>("all");
  const [sort, setSort] = useState<SortOrder>("newest");
  const [search, setSearch] = useState("");
  const [paused] = useDebouncedValue(search.trim(), PAUSE_MS);
  // An emptied box shows the whole list without waiting.
  const q = search.trim() === "" ? "" : paused;
  const filter: ConversationFilter = { status, sort, q };
  return { filter, search, setSearch, setStatus, setSort };
}
