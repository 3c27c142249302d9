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
  if (attachment.state !== "waiting") return <Failed message={message} attachment={attachment} />;
  return attachment.failure ? (
    <Late message={message} attachment={attachment} failure={attachment.failure} />
  ) : (
    <Waiting attachment={attachment} />
  );
}

function Waiting({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const toSize = useFileSize();
  const { kind, size_bytes: bytes } = attachment;
  const Icon = kindIcon(attachment.is_voice ? "voice" : kind);
  return (
    <div className={classes.waiting} style={roomOf(attachment)} data-kind={kind} role="status">
      <span className={classes.icon}>
        <Icon size={20} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <span>{t(`content.waiting.${kind}`)}</span>
        {bytes !== null && <span className={`${classes.note} tabular`}>{toSize(bytes)}</span>}
      </span>
    </div>
  );
}

/** The first try failed. The next one may be an hour away, which is long for somebody who has a customer waiting. */
function Late({ message, attachment, failure }: Props & { failure: NonNullable<Attachment["failure"]> }) {
  const { t, i18n } = useTranslation();
  const { kind } = attachment;
  const Icon = kindIcon(attachment.is_voice ? "voice" : kind);
  const room = kind === "sticker" ? undefined : roomOf(attachment);
  return (
    <div className={classes.waiting} style={room} data-kind={room && kind} data-late role="status">
      <span className={classes.icon}>
        <Icon size={20} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <span>{t(`content.late.${kind}`)}</span>
        <span className={classes.note}>
          {t("content.late.again", { reason: failure.title[i18n.language as Language] })}
        </span>
        <Again message={message} attachment={attachment} label={t("content.fetchNow")} />
      </span>
    </div>
  );
}

function Failed({ message, attachment }: Props) {
  const { t, i18n } = useTranslation();
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
          <Again message={message} attachment={attachment} label={t("content.fetchAgain")} />
        )}
      </span>
    </div>
  );
}

function Again({ message, attachment, label }: Props & { label: string }) {
  const tabIndex = useTabIndex();
  const { fetchFile, fetching } = useMessageActions();
  return (
    <button
      type="button"
      className={classes.again}
      tabIndex={tabIndex}
      disabled={fetching.has(attachment.id)}
      onClick={() => fetchFile(message, attachment)}
    >
      <IconRefresh size={14} stroke={1.75} aria-hidden />
      {label}
    </button>
  );
}

/** Pictures and films get the room that they will need; the rest is a line. */
function roomOf({ kind, width, height }: Attachment) {
  if (kind === "sticker") return { width: STICKER_SIDE, height: STICKER_SIDE };
  if (kind !== "image" && kind !== "video") return undefined;
  const box = mediaBox(width, height);
  return { width: box.width, aspectRatio: `${box.width} / ${box.height}` };
}
