import { CloseButton } from "@mantine/core";

import type { ReplyReference } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./Composer.module.css";

/** The message that the next one answers. */
export function QuoteLine({ quoted, onCancel }: { quoted: ReplyReference; onCancel: () => void }) {
  const { t } = useTranslation();
  const title =
    quoted.direction === "outbound" && quoted.author_name === ""
      ? t("composer.replyingToYou")
      : t("composer.replyingTo", { name: quoted.author_name || t("common.unnamed") });
  return (
    <div className={classes.quote}>
      <div className={classes.quoted}>
        <div className={classes.quotedName} dir="auto">
          {title}
        </div>
        <div className={classes.quotedText} dir="auto">
          {quoted.preview}
        </div>
      </div>
      <CloseButton size="sm" aria-label={t("composer.cancelReply")} onClick={onCancel} />
    </div>
  );
}
