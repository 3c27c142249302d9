import { IconArrowBackUp, IconMessageOff } from "@tabler/icons-react";

import type { ReplyReference } from "@/api";
import { useTranslation } from "@/i18n";
import { useUploads } from "@/realtime";
import { readablePhone } from "@/ui";
import { useSummary } from "@/ui/summary";

import { useMessageActions } from "./actions";
import classes from "./Quote.module.css";
import { useTabIndex } from "./rowFocus";

/** What a message answers; a click goes there. */
export function Quote({ quoted }: { quoted: ReplyReference }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { goTo } = useMessageActions();
  const { icon: Icon, words, isQuiet } = useQuoteSummary(quoted);
  const thumbnail = useThumbnail(quoted);
  if (quoted.id === null) {
    return (
      <span className={classes.quote} data-missing>
        <span className={classes.text}>
          <IconMessageOff size={14} stroke={1.75} aria-hidden /> {t("thread.quoted.missing")}
        </span>
      </span>
    );
  }
  return (
    <button
      type="button"
      className={classes.quote}
      data-side={quoted.direction}
      tabIndex={tabIndex}
      title={t("thread.quoted.goTo")}
      onClick={() => goTo(quoted)}
    >
      <span className={classes.words}>
        <span className={classes.name} dir="auto">
          <IconArrowBackUp size={12} stroke={2} aria-hidden />
          {readablePhone(quoted.author_name)}
        </span>
        <span className={`${classes.text} tabular`} dir="auto" data-quiet={isQuiet || undefined}>
          {Icon && <Icon size={14} stroke={1.75} className={classes.kind} aria-hidden />}
          {words}
        </span>
      </span>
      {thumbnail && <img className={classes.thumbnail} src={thumbnail} alt="" draggable={false} />}
    </button>
  );
}

/** One line of the quoted message: as it is loaded, else as the quote has it. */
function useQuoteSummary({ id, type, preview, deleted_at: isDeleted }: ReplyReference) {
  const summary = useSummary();
  const { find } = useMessageActions();
  const message = id === null ? undefined : find(id);
  const file = message?.attachments[0];
  return summary({
    type: type ?? "text",
    rawType: message?.raw_type,
    text: preview,
    isVoice: file?.is_voice,
    durationMs: file?.duration_ms,
    fileName: file?.file_name,
    isDeleted: Boolean(isDeleted ?? message?.deleted_at),
  });
}

function useThumbnail({ id }: ReplyReference): string | null {
  const { find } = useMessageActions();
  const uploads = useUploads();
  const file = id === null ? undefined : find(id)?.attachments[0];
  if (!file || (file.kind !== "image" && file.kind !== "video" && file.kind !== "sticker")) return null;
  if (file.kind === "image") {
    const copy = uploads.copyOf(file.id);
    if (copy) return copy;
  }
  return file.thumbnail_url;
}
