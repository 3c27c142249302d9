import { useTranslation } from "@/i18n";

import classes from "./Composer.module.css";

/** How much more fits, once it matters. */
export function Counter({ left }: { left: number }) {
  const { t } = useTranslation();
  const words = left < 0 ? t("composer.tooLong", { count: -left }) : t("composer.left", { count: left });
  return (
    <div className={`${classes.counter} tabular`} data-over={left < 0 || undefined} role="status">
      {words}
    </div>
  );
}
