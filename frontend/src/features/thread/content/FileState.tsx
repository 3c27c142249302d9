import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";

import type { Attachment, Language, Message } from "@/api";
import { useTranslation } from "@/i18n";
import { useFileSize } from "@/ui/media";
import { kindIcon } from "@/ui/summary";

import { useMessageActions } from "../message/actions";
import { useTabIndex } from "../message/rowFocus";
import { mediaBox, STICKER_SIDE } from "./box";
import classes from "./FileState.module.css";

// The next try would find just the same.
const FINAL = new Set(["missing", "too_large"]);

interface Props {
  message: Message;
  attachment: Attachment;
}

/** A file that is not here: still on its way from WhatsApp, or not to be had, and why. */
export function FileState({ message, attachment }: Props) {
  return attachment.state === "waiting" ? (
    <Waiting attachment={attachment} />
  ) : (
    <Failed message={message} attachment={attachment} />
  );
}

function Waiting({ attachment }: { attachment: Attachment }) {
  const { t, i18n } = useTranslation();
  const toSize = useFileSize();
  const { kind, failure, size_bytes: bytes } = attachment;
  const Icon = kindIcon(attachment.is_voice ? "voice" : kind);
  const reason = failure?.title[i18n.language as Language];
  return (
    <div className={classes.waiting} style={roomOf(attachment)} data-kind={kind} role="status">
      <span className={classes.icon}>
        <Icon size={20} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <span>{t(`content.waiting.${kind}`)}</span>
        {(bytes || reason) && (
          <span className={`${classes.note} tabular`}>
            {reason ? t("content.waiting.again", { reason }) : toSize(bytes ?? 0)}
          </span>
        )}
      </span>
    </div>
  );
}

function Failed({ message, attachment }: Props) {
  const { t, i18n } = useTranslation();
  const tabIndex = useTabIndex();
  const { fetchFile, fetching } = useMessageActions();
  const { kind, failure } = attachment;
  return (
    <div className={classes.failed}>
      <span className={classes.icon} data-failed>
        <IconAlertTriangle size={20} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <strong>{t(`content.failed.${kind}`)}</strong>
        {failure && <span className={classes.note}>{failure.title[i18n.language as Language]}</span>}
        {!(failure && FINAL.has(failure.code)) && (
          <button
            type="button"
            className={classes.again}
            tabIndex={tabIndex}
            disabled={fetching.has(attachment.id)}
            onClick={() => fetchFile(message, attachment)}
          >
            <IconRefresh size={14} stroke={1.75} aria-hidden />
            {t("content.fetchAgain")}
          </button>
        )}
      </span>
    </div>
  );
}

/** Pictures and films get the room that they will need; the rest is a line. */
function roomOf({ kind, width, height }: Attachment) {
  if (kind === "sticker") return { width: STICKER_SIDE, height: STICKER_SIDE };
  if (kind !== "image" && kind !== "video") return undefined;
  const box = mediaBox(width, height);
  return { width: box.width, aspectRatio: `${box.width} / ${box.height}` };
}
