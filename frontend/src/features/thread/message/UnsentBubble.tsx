import { IconPencil, IconRefresh, IconTrash } from "@tabler/icons-react";
import { memo } from "react";
import { ApiError } from "@/api";
import { useErrorText, useTranslation } from "@/i18n";
import type { OutboxEntry } from "@/realtime";
import { clockTime, Ticks, useZone } from "@/ui";

import { largeEmojiCount } from "../format/emoji";
import { FormattedText } from "../format/FormattedText";
import { useMessageActions } from "./actions";
import bubble from "./Bubble.module.css";
import { Quote } from "./Quote";
import classes from "./Trouble.module.css";

/** A message of ours that the server has not taken yet. */
export const UnsentBubble = memo(function UnsentBubble({
  entry,
  isFirst,
}: {
  entry: OutboxEntry;
  isFirst: boolean;
}) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const hasFailed = entry.state === "failed";
  return (
    <div className={bubble.line} data-side="out">
      <div className={bubble.column}>
        <div
          className={`${bubble.bubble} ${bubble.unsent}`}
          data-tail={isFirst || undefined}
          data-unsent={entry.state}
        >
          {entry.replyTo && <Quote quoted={entry.replyTo} />}
          <div className={bubble.body} dir="auto" data-emoji={largeEmojiCount(entry.text) || undefined}>
            <FormattedText text={entry.text} />
            <span className={bubble.meta}>
              <time dateTime={entry.createdAt} className="tabular">
                {clockTime(entry.createdAt, i18n.language, timeZone)}
              </time>
              <Ticks status={hasFailed ? "failed" : entry.state === "sending" ? "sending" : "queued"} />
            </span>
          </div>
        </div>
        {entry.state === "retrying" && <p className={classes.waiting}>{t("thread.unsent.retrying")}</p>}
        {hasFailed && <FailedUnsent entry={entry} />}
      </div>
    </div>
  );
});

function FailedUnsent({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { reply, retryUnsent, editUnsent, discardUnsent } = useMessageActions();
  const reason = entry.error && errorText(new ApiError(409, entry.error.code, entry.error.message));
  return (
    <div className={classes.failed} role="alert">
      <p className={classes.reason}>
        <strong>{t("thread.unsent.failed")}</strong>
        {reason && `: ${reason}`}
      </p>
      <span className={classes.actions}>
        <button type="button" className={classes.action} onClick={() => retryUnsent(entry.clientId)}>
          <IconRefresh size={14} stroke={1.75} aria-hidden />
          {t("thread.retry")}
        </button>
        {reply && (
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
