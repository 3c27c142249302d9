import { IconArrowBackUp, IconMessageOff } from "@tabler/icons-react";

import type { ReplyReference } from "@/api";
import { useTranslation } from "@/i18n";

import { plain } from "../format/parse";
import { useMessageActions } from "./actions";
import classes from "./Quote.module.css";
import { useKindTitle } from "./useKindTitle";

/** What a message answers; a click goes there. */
export function Quote({ quoted }: { quoted: ReplyReference }) {
  const { t } = useTranslation();
  const { goTo } = useMessageActions();
  const kindTitle = useKindTitle();
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
      title={t("thread.quoted.goTo")}
      onClick={() => goTo(quoted)}
    >
      <span className={classes.name} dir="auto">
        <IconArrowBackUp size={12} stroke={2} aria-hidden />
        {quoted.author_name}
      </span>
      <span className={classes.text} dir="auto">
        {plain(quoted.preview) || (quoted.type && quoted.type !== "text" && kindTitle(quoted.type, null))}
      </span>
    </button>
  );
}
