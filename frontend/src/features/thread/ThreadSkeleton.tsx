import { Skeleton } from "@mantine/core";

import { useTranslation } from "@/i18n";

import classes from "./ThreadSkeleton.module.css";

const SHAPES = [
  { side: "in", width: "44%", height: 52 },
  { side: "in", width: "30%", height: 34 },
  { side: "out", width: "52%", height: 72 },
  { side: "in", width: "38%", height: 34 },
  { side: "out", width: "26%", height: 34 },
  { side: "out", width: "46%", height: 52 },
] as const;

/** The shape of a conversation while it is on its way. */
export function ThreadSkeleton({ withHeader = false }: { withHeader?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {withHeader && (
        <div className={classes.header} aria-hidden="true">
          <Skeleton circle width={36} height={36} />
          <div className={classes.names}>
            <Skeleton width={160} height={12} />
            <Skeleton width={110} height={10} />
          </div>
        </div>
      )}
      <div className={classes.bubbles} role="status" aria-label={t("common.loading")}>
        {SHAPES.map(({ side, width, height }) => (
          <Skeleton key={side + width} className={classes[side]} width={width} height={height} radius={12} />
        ))}
      </div>
    </>
  );
}
