import { useFocusTrap } from "@mantine/hooks";
import {
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconX,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { createPortal } from "react-dom";

import { useTranslation } from "@/i18n";
import { fullTime, readablePhone, useZone } from "@/ui";
import { playback } from "@/ui/media";

import { useFileUrls } from "../content/useFileUrl";
import { FormattedText } from "../format/FormattedText";
import classes from "./Lightbox.module.css";
import type { Shot } from "./shots";
import { useZoom } from "./useZoom";

interface Props {
  shots: Shot[];
  at: number;
  /** Whether older ones can still be loaded, so that nobody can say how many there are. */
  hasMore: boolean;
  onGo: (index: number) => void;
  onClose: () => void;
}

/** A picture or film of the conversation as large as the screen, and the way to those before and after. */
export default function Lightbox({ shots, at, hasMore, onGo, onClose }: Props) {
  const { t } = useTranslation();
  const trap = useFocusTrap();
  const room = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const shot = shots[at]!;
  const go = (step: number) => {
    if (shots[at + step]) onGo(at + step);
  };
  const zoom = useZoom({ room, picture, onSwipe: go });
  const isFilm = shot.attachment.kind === "video";
  useFocusBack();
  const { id } = shot.attachment;
  const { reset } = zoom;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next one is seen whole
  useEffect(reset, [id, reset]);

  const onKeyDown = (event: KeyboardEvent) => {
    const act = KEYS[event.key];
    // A film's own controls know what the arrows do.
    if (!act || (event.target instanceof HTMLVideoElement && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    event.stopPropagation();
    act({ go, onClose, ...zoom });
  };
  // At once, so that it can be measured and listened to in the same breath.
  return createPortal(
    <div
      ref={trap}
      className={classes.box}
      role="dialog"
      aria-modal="true"
      aria-label={t("thread.lightbox.label")}
      tabIndex={-1}
      data-autofocus
      onKeyDown={onKeyDown}
    >
      <Bar shot={shot} onClose={onClose} zoom={isFilm ? null : zoom}>
        <span className={`${classes.count} tabular`} role="status">
          {t("thread.lightbox.count", { at: at + 1, total: `${shots.length}${hasMore ? "+" : ""}` })}
        </span>
      </Bar>
      <div className={classes.middle}>
        <Arrow side="left" label={t("thread.lightbox.previous")} isOn={at > 0} onClick={() => go(-1)} />
        <div ref={room} className={classes.room}>
          {isFilm ? (
            <Film key={id} shot={shot} />
          ) : (
            <Still key={id} shot={shot} picture={picture} zoom={zoom} />
          )}
        </div>
        <Arrow
          side="right"
          label={t("thread.lightbox.next")}
          isOn={at < shots.length - 1}
          onClick={() => go(1)}
        />
      </div>
      {shot.message.text && (
        <div className={classes.caption} dir="auto">
          <FormattedText text={shot.message.text} />
        </div>
      )}
    </div>,
    document.body,
  );
}

type Zoom = ReturnType<typeof useZoom>;
type Act = (
  on: Pick<Zoom, "nearer" | "further" | "reset"> & { go: (step: number) => void; onClose: () => void },
) => void;

const KEYS: Record<string, Act> = {
  Escape: ({ onClose }) => onClose(),
  ArrowLeft: ({ go }) => go(-1),
  ArrowRight: ({ go }) => go(1),
  "+": ({ nearer }) => nearer(),
  "-": ({ further }) => further(),
  "0": ({ reset }) => reset(),
};

interface BarProps {
  shot: Shot;
  onClose: () => void;
  /** Null for what cannot be enlarged. */
  zoom: Zoom | null;
  children: React.ReactNode;
}

function Bar({ shot: { attachment, message }, onClose, zoom, children }: BarProps) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const { original } = useFileUrls(attachment);
  return (
    <header className={classes.bar}>
      <span className={classes.who}>
        <strong dir="auto">{readablePhone(message.author.name) || t("common.unnamed")}</strong>
        <span className="tabular">{fullTime(message.occurred_at, i18n.language, timeZone)}</span>
      </span>
      {children}
      {zoom && (
        <>
          <button
            type="button"
            className={classes.tool}
            aria-label={t("thread.lightbox.further")}
            disabled={zoom.view.scale === 1}
            onClick={zoom.further}
          >
            <IconZoomOut size={20} stroke={1.75} aria-hidden />
          </button>
          <button
            type="button"
            className={classes.tool}
            aria-label={t("thread.lightbox.nearer")}
            onClick={zoom.nearer}
          >
            <IconZoomIn size={20} stroke={1.75} aria-hidden />
          </button>
        </>
      )}
      {original && (
        <a
          className={classes.tool}
          href={original}
          download={attachment.file_name || true}
          aria-label={t("content.download")}
          title={t("content.download")}
        >
          <IconDownload size={20} stroke={1.75} aria-hidden />
        </a>
      )}
      <button type="button" className={classes.tool} aria-label={t("common.close")} onClick={onClose}>
        <IconX size={20} stroke={1.75} aria-hidden />
      </button>
    </header>
  );
}

interface ArrowProps {
  side: "left" | "right";
  label: string;
  isOn: boolean;
  onClick: () => void;
}

function Arrow({ side, label, isOn, onClick }: ArrowProps) {
  const Icon = side === "left" ? IconChevronLeft : IconChevronRight;
  return (
    <button
      type="button"
      className={classes.arrow}
      data-side={side}
      aria-label={label}
      disabled={!isOn}
      onClick={onClick}
    >
      <Icon size={26} stroke={1.75} aria-hidden />
    </button>
  );
}

interface StillProps {
  shot: Shot;
  picture: React.RefObject<HTMLImageElement | null>;
  zoom: Zoom;
}

function Still({ shot: { attachment, message }, picture, zoom: { view, handlers } }: StillProps) {
  const { t } = useTranslation();
  const { original, thumbnail } = useFileUrls(attachment);
  const { width, height } = attachment;
  return (
    <img
      ref={picture}
      className={classes.picture}
      src={original ?? undefined}
      alt={message.text || t("media.kinds.image")}
      draggable={false}
      data-near={view.scale > 1 || undefined}
      {...(width && height && { width, height })}
      style={{
        transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
        // What the thread has shown already stands in until the whole of it is here.
        backgroundImage: thumbnail ? `url(${JSON.stringify(thumbnail)})` : undefined,
      }}
      {...handlers}
    />
  );
}

function Film({ shot: { attachment } }: { shot: Shot }) {
  const { playable, thumbnail } = useFileUrls(attachment);
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const stop = () => element.current?.pause();
    playback.claim(stop);
    return () => playback.release(stop);
  }, []);
  return (
    // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
    <video
      ref={element}
      className={classes.film}
      src={playable ?? undefined}
      poster={attachment.thumbnail_url ? (thumbnail ?? undefined) : undefined}
      controls
      autoPlay
      playsInline
    />
  );
}

/** The focus goes back to where it was when the picture was opened. */
function useFocusBack() {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
}
