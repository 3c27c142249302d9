import { useEffect, useRef, useState } from "react";

import type { Attachment } from "@/api";
import { useTranslation } from "@/i18n";

import { STICKER_SIDE } from "./box";
import classes from "./Media.module.css";
import { useFileUrls } from "./useFileUrl";

const STILLNESS = "(prefers-reduced-motion: reduce)";

/** A sticker stands without a bubble; one that moves stands still for whoever asked for stillness. */
export function Sticker({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const { original } = useFileUrls(attachment);
  const [isStill] = useState(() => attachment.is_animated && window.matchMedia(STILLNESS).matches);
  const label = t(attachment.is_animated ? "content.animated" : "media.kinds.sticker");
  const style = { width: STICKER_SIDE, height: STICKER_SIDE };
  if (!original) return <span className={classes.sticker} style={style} />;
  if (isStill) return <StillPicture url={original} label={label} />;
  return (
    <img
      className={classes.sticker}
      style={style}
      src={original}
      alt={label}
      decoding="async"
      draggable={false}
    />
  );
}

/** Only the first picture of a moving one. */
function StillPicture({ url, label }: { url: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new Image();
    image.onload = () => {
      const side = STICKER_SIDE * 2;
      const scale = Math.min(side / image.naturalWidth, side / image.naturalHeight);
      const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
      const context = canvas.current?.getContext("2d");
      context?.drawImage(image, (side - width) / 2, (side - height) / 2, width, height);
    };
    image.src = url;
    return () => {
      image.onload = null;
    };
  }, [url]);
  return (
    <canvas
      ref={canvas}
      className={classes.sticker}
      role="img"
      aria-label={label}
      width={STICKER_SIDE * 2}
      height={STICKER_SIDE * 2}
      style={{ width: STICKER_SIDE, height: STICKER_SIDE }}
    />
  );
}
