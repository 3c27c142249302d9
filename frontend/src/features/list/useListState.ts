import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { type ConversationFilter, type SortOrder, type StatusFilter, useMe } from "@/api";

const PAUSE_MS = 250;
const STATUSES: StatusFilter[] = ["all", "unassigned", "open", "closed"];

/** What the list shows. The search waits for a pause in the typing; the rest takes effect at once. */
export function useListState() {
  const { data: me } = useMe();
  const [chosen, setStatus] = useState<StatusFilter>("all");
  const [sort, setSort] = useState<SortOrder>("newest");
  const [search, setSearch] = useState("");
  const [paused] = useDebouncedValue(search.trim(), PAUSE_MS);
  // An emptied box shows the whole list without waiting.
  const q = search.trim() === "" ? "" : paused;
  // Without ticket management no chat waits for somebody to take it (TICK-02).
  const isManaged = me?.organization?.ticket_management ?? true;
  const statuses = isManaged ? STATUSES : STATUSES.filter((status) => status !== "unassigned");
  const status = statuses.includes(chosen) ? chosen : "all";
  const filter: ConversationFilter = { status, sort, q };
  return { filter, statuses, search, setSearch, setStatus, setSort };
}
