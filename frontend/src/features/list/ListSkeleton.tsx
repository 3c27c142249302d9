import { Skeleton } from "@mantine/core";

import { useTranslation } from "@/i18n";

import classes from "./ListSkeleton.module.css";

const WIDTHS = [62, 48, 71, 55, 66, 44, 58, 69, 52, 61];

/** The shape of rows that are still on their way. */
export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes.list} role="status" aria-label={t("common.loading")}>
      {WIDTHS.map((width) => (
        <div key={width} className={classes.row}>
          <Skeleton circle height={40} />
          <div className={classes.lines}>
            <Skeleton height={12} width={`${width}%`} />
            <Skeleton height={10} width={`${Math.min(92, width + 22)}%`} />
          </div>
        </div>
      ))}
    </div>
  );
}
