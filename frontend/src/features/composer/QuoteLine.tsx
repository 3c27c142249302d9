import { CloseButton } from "@mantine/core";

import type { ReplyTarget } from "@/api";
import { useTranslation } from "@/i18n";
import { useUploads } from "@/realtime";
import { readablePhone } from "@/ui";
import { useSummary } from "@/ui/summary";

import classes from "./Composer.module.css";

/** The message that the next one answers. */
export function QuoteLine({ quoted, onCancel }: { quoted: ReplyTarget; onCancel: () => void }) {
  const { t } = useTranslation();
  const uploads = useUploads();
  const { attachment: file = null } = quoted;
  const { icon: Icon, words } = useSummary()({
    type: quoted.type ?? "text",
    text: quoted.preview,
    isVoice: file?.is_voice,
    durationMs: file?.duration_ms,
    fileName: file?.file_name,
  });
  const thumbnail = file && (uploads.copyOf(file.id) ?? file.thumbnail_url);
  const title =
    quoted.direction === "outbound" && quoted.author_name === ""
      ? t("composer.replyingToYou")
      : t("composer.replyingTo", { name: readablePhone(quoted.author_name) || t("common.unnamed") });
  return (
    <div className={classes.quote}>
      <div className={classes.quoted}>
        <div className={classes.quotedName} dir="auto">
          {title}
        </div>
        <div className={`${classes.quotedText} tabular`} dir="auto">
          {Icon && <Icon size={14} stroke={1.75} className={classes.quotedKind} aria-hidden />}
          {words}
        </div>
      </div>
      {thumbnail && file?.kind !== "audio" && file?.kind !== "document" && (
        <img className={classes.quotedPicture} src={thumbnail} alt="" draggable={false} />
      )}
      <CloseButton size="sm" aria-label={t("composer.cancelReply")} onClick={onCancel} />
    </div>
  );
}
