import { useTranslation } from "@/i18n";

import classes from "./EmojiPanel.module.css";

/** Keeps the picker's place while it is loaded. */
export function EmojiPanelPlaceholder() {
  const { t } = useTranslation();
  return (
    <div className={classes.panel}>
      <span className={classes.note} role="status">
        {t("media.emoji.loading")}
      </span>
    </div>
  );
}
