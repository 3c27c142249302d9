import { IconArrowDown } from "@tabler/icons-react";

import { useTranslation } from "@/i18n";

import classes from "./JumpButton.module.css";

/** Back to the newest; says how many came while the reader was further up. */
export function JumpButton({
  isShown,
  news,
  onClick,
}: {
  isShown: boolean;
  news: number;
  onClick: () => void;
}) {
  const { t } = useTranslation();
  if (!isShown) return null;
  return (
    <button
      type="button"
      className={classes.jump}
      data-news={news > 0 || undefined}
      aria-label={
        news > 0 ? `${t("thread.news", { count: news })}. ${t("thread.toNewest")}` : t("thread.toNewest")
      }
      onClick={onClick}
    >
      {news > 0 && <span>{t("thread.news", { count: news })}</span>}
      <IconArrowDown size={18} stroke={1.75} aria-hidden />
    </button>
  );
}
