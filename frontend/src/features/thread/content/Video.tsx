import { IconDownload, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";

import type { Attachment } from "@/api";
import { useTranslation } from "@/i18n";
import { duration, playback, useFileSize } from "@/ui/media";

import { useTabIndex } from "../message/rowFocus";
import { mediaBox } from "./box";
import classes from "./Media.module.css";
import { useFileUrls } from "./useFileUrl";

/** A film behind its first picture; nothing of it is loaded until somebody wants to see it. */
export function Video({ attachment, isSent }: { attachment: Attachment; isSent: boolean }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const toSize = useFileSize();
  const urls = useFileUrls(attachment);
  const [isOpen, setOpen] = useState(false);
  const { width, height } = mediaBox(attachment.width, attachment.height);
  const style = { width, aspectRatio: `${width} / ${height}` };
  // Our own copy is the film itself: a browser draws its first picture.
  const poster = attachment.thumbnail_url ? urls.thumbnail : null;
  const facts = [
    attachment.duration_ms && duration(attachment.duration_ms),
    attachment.size_bytes && toSize(attachment.size_bytes),
  ].filter(Boolean);

  if (isOpen && urls.playable)
    return (
      <div className={classes.frame} style={style} data-dark>
        <Player source={urls.playable} poster={poster} download={urls.original} />
      </div>
    );
  const cover =
    poster !== null ? (
      <img className={classes.picture} src={poster} alt="" decoding="async" draggable={false} />
    ) : (
      // biome-ignore lint/a11y/useMediaCaption: only its first picture is shown
      urls.playable && <video className={classes.picture} src={`${urls.playable}#t=0.1`} preload="metadata" />
    );
  return (
    <button
      type="button"
      className={classes.frame}
      style={style}
      data-dark
      tabIndex={tabIndex}
      disabled={!isSent}
      aria-label={[t("content.playVideo"), ...facts].join(" · ")}
      onClick={() => setOpen(true)}
    >
      {cover}
      {isSent && (
        <span className={classes.play}>
          <IconPlayerPlayFilled size={24} aria-hidden />
        </span>
      )}
      {facts.length > 0 && <span className={`${classes.facts} tabular`}>{facts.join(" · ")}</span>}
    </button>
  );
}

function Player({
  source,
  poster,
  download,
}: {
  source: string;
  poster: string | null;
  download: string | null;
}) {
  const { t } = useTranslation();
  const element = useRef<HTMLVideoElement>(null);
  const [hasFailed, setFailed] = useState(false);
  // One and the same, or the film would take its own beginning for another's.
  const stop = useCallback(() => element.current?.pause(), []);
  useEffect(() => {
    playback.claim(stop);
    return () => playback.release(stop);
  }, [stop]);
  if (hasFailed)
    return (
      <span className={classes.state} role="alert">
        <span>{t("content.videoFailed")}</span>
        {download && (
          <a className={classes.link} href={download} download>
            <IconDownload size={14} stroke={1.75} aria-hidden /> {t("content.download")}
          </a>
        )}
      </span>
    );
  return (
    // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
    <video
      ref={element}
      className={classes.film}
      src={source}
      poster={poster ?? undefined}
      controls
      autoPlay
      playsInline
      onPlay={() => playback.claim(stop)}
      onError={() => setFailed(true)}
    />
  );
}
