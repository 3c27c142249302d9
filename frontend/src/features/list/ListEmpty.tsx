import { Button } from "@mantine/core";
import { IconInbox, IconSearchOff } from "@tabler/icons-react";

import type { ConversationFilter } from "@/api";
import { useTranslation } from "@/i18n";
import { EmptyState } from "@/ui";

interface Props {
  filter: ConversationFilter;
  onShowAll: () => void;
}

/** Why there is nothing to see, and the one next step. */
export function ListEmpty({ filter: { q, status }, onShowAll }: Props) {
  const { t } = useTranslation();
  const isFiltered = status !== "all";
  const action = isFiltered && (
    <Button variant="default" onClick={onShowAll}>
      {t(q ? "list.empty.searchElsewhere" : "list.empty.showAll")}
    </Button>
  );
  if (q) {
    return (
      <EmptyState
        icon={<IconSearchOff size={24} stroke={1.5} />}
        title={t("list.empty.search.title")}
        action={action}
      >
        {t("list.empty.search.text", { q })}
      </EmptyState>
    );
  }
  const kind = isFiltered ? status : "none";
  return (
    <EmptyState
      icon={<IconInbox size={24} stroke={1.5} />}
      title={t(`list.empty.${kind}.title`)}
      action={action}
    >
      {t(`list.empty.${kind}.text`)}
    </EmptyState>
  );
}
