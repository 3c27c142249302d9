import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";

import type { StatusFilter } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./ListHeader.module.css";

interface Props {
  statuses: StatusFilter[];
  value: StatusFilter;
  countOf: (status: StatusFilter) => number | undefined;
  onChange: (status: StatusFilter) => void;
}

/** «Todos 5»: which chats are shown, with how many there are of each, as far as that is known. */
export function StatusMenu({ statuses, value, countOf, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const count = (status: StatusFilter) => countOf(status)?.toLocaleString(i18n.language) ?? "";
  return (
    <Menu position="bottom-start" width={208} withinPortal={false}>
      <Menu.Target>
        <button
          type="button"
          className={classes.trigger}
          aria-label={`${t("list.filter")}: ${t(`list.status.${value}`)} ${count(value)}`.trimEnd()}
        >
          <span className={classes.chosen}>{t(`list.status.${value}`)}</span>{" "}
          <span className={classes.count}>{count(value)}</span>
          <IconChevronDown size={14} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("list.filter")}>
        <Menu.RadioGroup value={value} onChange={(status) => onChange(status as StatusFilter)}>
          {statuses.map((status) => (
            <Menu.RadioItem
              key={status}
              value={status}
              closeMenuOnClick
              rightSection={<span className={classes.count}>{count(status)}</span>}
            >
              {t(`list.status.${status}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
