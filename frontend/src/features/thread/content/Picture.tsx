import { IconPhotoOff } from "@tabler/icons-react";
import { useState } from "react";

import type { Attachment } from "@/api";
import { useTranslation } from "@/i18n";

import { useTabIndex } from "../message/rowFocus";
import { mediaBox } from "./box";
import classes from "./Media.module.css";
import { useFileUrls } from "./useFileUrl";

interface Props {
  attachment: Attachment;
  /** What was written below it, which describes it best. */
  caption: string;
  /** Null while it is on its way to the server: there is nothing to be seen larger yet. */
  onOpen: (() => void) | null;
}

/** A picture in the room that its measures need, so that nothing moves when it comes. */
export function Picture({ attachment, caption, onOpen }: Props) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { thumbnail } = useFileUrls(attachment);
  const [attempt, setAttempt] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  const { width, height } = mediaBox(attachment.width, attachment.height);
  const style = { width, aspectRatio: `${width} / ${height}` };
  const again = () => {
    setFailed(false);
    setAttempt(attempt + 1);
  };
  if (hasFailed || thumbnail === null)
    return (
      <div className={classes.frame} style={style}>
        <span className={classes.state}>
          <IconPhotoOff size={24} stroke={1.5} aria-hidden />
          <span>{t("content.pictureFailed")}</span>
          <button type="button" className={classes.link} tabIndex={tabIndex} onClick={again}>
            {t("content.loadAgain")}
          </button>
        </span>
      </div>
    );
  const picture = (
    <img
      key={attempt}
      className={classes.picture}
      src={thumbnail}
      alt={caption || t("media.kinds.image")}
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
  if (!onOpen)
    return (
      <div className={classes.frame} style={style}>
        {picture}
      </div>
    );
  return (
    <button
      type="button"
      className={classes.frame}
      style={style}
      tabIndex={tabIndex}
      title={t("content.openPicture")}
      onClick={onOpen}
    >
      {picture}
    </button>
  );
}
