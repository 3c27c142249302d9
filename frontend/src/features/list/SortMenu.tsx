import { Menu } from "@mantine/core";
import { IconArrowsSort } from "@tabler/icons-react";

import type { SortOrder } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./ListHeader.module.css";

const ORDERS: SortOrder[] = ["newest", "oldest"];

export function SortMenu({ value, onChange }: { value: SortOrder; onChange: (sort: SortOrder) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={184} withinPortal={false}>
      <Menu.Target>
        <button
          type="button"
          className={classes.trigger}
          aria-label={`${t("list.sort")}: ${t(`list.order.${value}`)}`}
        >
          {t(`list.order.${value}`)}
          <IconArrowsSort size={16} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("list.sort")}>
        <Menu.RadioGroup value={value} onChange={(order) => onChange(order as SortOrder)}>
          {ORDERS.map((order) => (
            <Menu.RadioItem key={order} value={order} closeMenuOnClick>
              {t(`list.order.${order}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
