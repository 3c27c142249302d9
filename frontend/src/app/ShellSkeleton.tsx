import { ListSkeleton } from "@/features/list";
import { useTranslation } from "@/i18n";

import classes from "./ShellSkeleton.module.css";

/** The frame while we ask who is there. */
export function ShellSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes.shell} aria-busy="true">
      <div className={classes.rail} />
      <div className={classes.list}>
        <div className={classes.head}>{t("list.title")}</div>
        <ListSkeleton />
      </div>
      <div className={classes.rest} />
    </div>
  );
}
