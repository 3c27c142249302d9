import { Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";

import type { Counts, StatusFilter } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./ListHeader.module.css";

const STATUSES: StatusFilter[] = ["all", "unassigned", "open", "closed"];

interface Props {
  value: StatusFilter;
  counts: Counts | undefined;
  onChange: (status: StatusFilter) => void;
}

/** «Todos 5»: which chats are shown, with how many there are of each. */
export function StatusMenu({ value, counts, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const count = (status: StatusFilter) => (counts ? counts[status].toLocaleString(i18n.language) : "");
  return (
    <Menu position="bottom-start" width={208}>
      <Menu.Target>
        <button
          type="button"
          className={classes.trigger}
          aria-label={`${t("list.filter")}: ${t(`list.status.${value}`)} ${count(value)}`}
        >
          <span className={classes.chosen}>{t(`list.status.${value}`)}</span>
          <span className={classes.count}>{count(value)}</span>
          <IconChevronDown size={14} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("list.filter")}>
        {STATUSES.map((status) => (
          <Menu.Item
            key={status}
            role="menuitemradio"
            aria-checked={status === value}
            leftSection={<Mark isChosen={status === value} />}
            onClick={() => onChange(status)}
          >
            <span className={classes.option}>
              {t(`list.status.${status}`)}
              <span className={classes.count}>{count(status)}</span>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function Mark({ isChosen }: { isChosen: boolean }) {
  return (
    <IconCheck size={16} stroke={2} style={{ visibility: isChosen ? "visible" : "hidden" }} aria-hidden />
  );
}
