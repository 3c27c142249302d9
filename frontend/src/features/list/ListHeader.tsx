import { CloseButton, Loader, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

import { type ConversationFilter, type SortOrder, type StatusFilter, useCounts } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./ListHeader.module.css";
import { SortMenu } from "./SortMenu";
import { StatusMenu } from "./StatusMenu";

interface Props {
  filter: ConversationFilter;
  statuses: StatusFilter[];
  search: string;
  setSearch: (search: string) => void;
  setStatus: (status: StatusFilter) => void;
  setSort: (sort: SortOrder) => void;
  isSearching: boolean;
  /** How many chats the list has, as far as that is known. */
  found: number | undefined;
}

export function ListHeader({
  filter,
  statuses,
  search,
  setSearch,
  setStatus,
  setSort,
  isSearching,
  found,
}: Props) {
  const { t } = useTranslation();
  const { data: counts } = useCounts();
  // The server counts whole states: beside what a search has found they would be wrong.
  const countOf = (status: StatusFilter) =>
    filter.q === "" ? counts?.[status] : status === filter.status ? found : undefined;
  return (
    <header className={classes.header}>
      <h1 className={classes.title}>{t("list.title")}</h1>
      <TextInput
        type="search"
        classNames={{ input: classes.search }}
        aria-label={t("list.search")}
        placeholder={t("list.search")}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && search !== "") {
            event.stopPropagation();
            setSearch("");
          }
        }}
        leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
        rightSection={
          isSearching ? (
            <Loader size={14} color="gray" />
          ) : search ? (
            <CloseButton size="sm" aria-label={t("list.clearSearch")} onClick={() => setSearch("")} />
          ) : null
        }
      />
      <div className={classes.bar}>
        <StatusMenu statuses={statuses} value={filter.status} countOf={countOf} onChange={setStatus} />
        <SortMenu value={filter.sort} onChange={setSort} />
      </div>
    </header>
  );
}
