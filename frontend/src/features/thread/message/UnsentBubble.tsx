import { IconPencil, IconRefresh, IconTrash } from "@tabler/icons-react";
import { memo } from "react";
import { ApiError } from "@/api";
import { useErrorText, useTranslation } from "@/i18n";
import type { OutboxEntry } from "@/realtime";
import { afterColon, clockTime, Ticks, useZone } from "@/ui";

import { File } from "../content/Content";
import { frameOf } from "../content/frame";
import { largeEmojiCount } from "../format/emoji";
import { FormattedText } from "../format/FormattedText";
import { useMessageActions } from "./actions";
import bubble from "./Bubble.module.css";
import { Quote } from "./Quote";
import classes from "./Trouble.module.css";
import { UploadLine } from "./UploadLine";

interface Props {
  entry: OutboxEntry;
  isFirst: boolean;
}

/** A message of ours that the server has not taken yet. */
export const UnsentBubble = memo(function UnsentBubble({ entry, isFirst }: Props) {
  const { t } = useTranslation();
  const { media, replyTo, state } = entry;
  const frame = media ? frameOf({ as: "file", attachment: media.attachment }) : "text";
  return (
    <div className={bubble.line} data-side="out">
      <div className={bubble.column}>
        <div
          className={`${bubble.bubble} ${bubble.unsent}`}
          data-frame={frame}
          data-tail={(isFirst && frame !== "bare") || undefined}
          data-unsent={state}
        >
          {replyTo && (
            <div className={bubble.head}>
              <Quote quoted={replyTo} />
            </div>
          )}
          {media && <File attachment={media.attachment} caption={entry.text} onOpen={null} />}
          <Body entry={entry} isOver={frame === "media" && entry.text === ""} />
        </div>
        {media && !media.isUploaded && state !== "failed" && <UploadLine entry={entry} media={media} />}
        {state === "retrying" && <p className={classes.waiting}>{t("thread.unsent.retrying")}</p>}
        {state === "failed" && <FailedUnsent entry={entry} />}
      </div>
    </div>
  );
});

function Body({ entry, isOver }: { entry: OutboxEntry; isOver: boolean }) {
  const { i18n } = useTranslation();
  const timeZone = useZone();
  const { text, media, state, createdAt } = entry;
  return (
    <div
      className={bubble.body}
      dir="auto"
      data-emoji={(!media && largeEmojiCount(text)) || undefined}
      data-empty={text === "" || undefined}
      data-over={isOver || undefined}
    >
      {text && <FormattedText text={text} />}
      <span className={bubble.meta}>
        <time dateTime={createdAt} className="tabular">
          {clockTime(createdAt, i18n.language, timeZone)}
        </time>
        <Ticks status={state === "failed" ? "failed" : state === "sending" ? "sending" : "queued"} />
      </span>
    </div>
  );
}

function FailedUnsent({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { reply, retryUnsent, editUnsent, discardUnsent } = useMessageActions();
  const reason = entry.error && errorText(new ApiError(409, entry.error.code, entry.error.message));
  return (
    <div className={classes.failed} role="alert">
      <p className={classes.reason}>
        <strong>{t("thread.unsent.failed")}</strong>
        {reason && `: ${afterColon(reason)}`}
      </p>
      <span className={classes.actions}>
        <button type="button" className={classes.action} onClick={() => retryUnsent(entry.clientId)}>
          <IconRefresh size={14} stroke={1.75} aria-hidden />
          {t("thread.retry")}
        </button>
        {reply && !entry.media && (
          <button type="button" className={classes.action} onClick={() => editUnsent(entry.clientId)}>
            <IconPencil size={14} stroke={1.75} aria-hidden />
            {t("thread.unsent.edit")}
          </button>
        )}
        <button type="button" className={classes.action} onClick={() => discardUnsent(entry.clientId)}>
          <IconTrash size={14} stroke={1.75} aria-hidden />
          {t("thread.unsent.discard")}
        </button>
      </span>
    </div>
  );
}
