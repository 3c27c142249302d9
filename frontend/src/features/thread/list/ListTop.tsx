import { Skeleton } from "@mantine/core";

import { useTranslation } from "@/i18n";

import classes from "./MessageList.module.css";
import { TOP_SPACE } from "./useMessageScroller";

export interface Beginning {
  state: "idle" | "loading" | "failed" | "complete";
  load: () => void;
}

/** What stands above the oldest message: more to come, or the beginning. */
export function ListTop({ beginning: { state, load } }: { beginning: Beginning }) {
  const { t } = useTranslation();
  return (
    <div className={classes.top} style={{ height: TOP_SPACE }}>
      {state === "complete" && <span>{t("thread.beginning")}</span>}
      {state === "failed" && (
        <span role="alert">
          {t("thread.olderFailed")}{" "}
          <button type="button" className={classes.retry} onClick={load}>
            {t("thread.retry")}
          </button>
        </span>
      )}
      {(state === "idle" || state === "loading") && (
        <span className={classes.skeletons} aria-hidden="true">
          <Skeleton width="46%" height={30} radius={12} />
        </span>
      )}
    </div>
  );
}
