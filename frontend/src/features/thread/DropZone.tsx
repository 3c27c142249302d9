import { IconUpload } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useTranslation } from "@/i18n";

import classes from "./DropZone.module.css";
import type { Drop } from "./useDroppedFiles";

/** The conversation takes files that are dragged onto it, and says so while they hover. */
export function DropZone({ drop, children }: { drop: Drop; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={classes.zone} {...drop.handlers}>
      {children}
      {drop.isOver && (
        <div className={classes.veil} aria-hidden="true">
          <span className={classes.sign}>
            <IconUpload size={28} stroke={1.5} />
            <strong>{t("thread.drop.title")}</strong>
            <span>{t("thread.drop.text")}</span>
          </span>
        </div>
      )}
    </div>
  );
}
