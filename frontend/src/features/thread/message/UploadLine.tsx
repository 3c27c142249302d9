import { IconX } from "@tabler/icons-react";

import { useTranslation } from "@/i18n";
import { type OutboxEntry, type OutboxMedia, useUpload } from "@/realtime";

import { useMessageActions } from "./actions";
import { useTabIndex } from "./rowFocus";
import classes from "./UploadLine.module.css";

/** Below a file that is on its way: how far it is, and the way to give it up. */
export function UploadLine({ entry, media }: { entry: OutboxEntry; media: OutboxMedia }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { discardUnsent } = useMessageActions();
  const upload = useUpload(media.uploadId);
  const percent = Math.round((upload?.progress ?? 0) * 100);
  return (
    <div className={classes.line}>
      <progress className={classes.bar} max={100} value={percent} aria-label={t("thread.unsent.uploading")} />
      <span className={`${classes.percent} tabular`}>{percent} %</span>
      <button
        type="button"
        className={classes.cancel}
        tabIndex={tabIndex}
        onClick={() => discardUnsent(entry.clientId)}
      >
        <IconX size={13} stroke={2} aria-hidden />
        {t("common.cancel")}
      </button>
    </div>
  );
}
