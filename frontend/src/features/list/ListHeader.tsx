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
}

export function ListHeader({ filter, statuses, search, setSearch, setStatus, setSort, isSearching }: Props) {
  const { t } = useTranslation();
  const counts = useCounts();
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
        <StatusMenu statuses={statuses} value={filter.status} counts={counts.data} onChange={setStatus} />
        <SortMenu value={filter.sort} onChange={setSort} />
      </div>
    </header>
  );
}
