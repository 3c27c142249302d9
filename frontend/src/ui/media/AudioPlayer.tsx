import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";

import { useTranslation } from "@/i18n";

import classes from "./AudioPlayer.module.css";
import { clock, duration } from "./format";
import { playback, RATES } from "./playback";
import { Waveform } from "./Waveform";

interface Props {
  /** The same sound has the same id wherever it is drawn. */
  id: string;
  source: string;
  /** What it is called by a screen reader: «Nota de voz». */
  label: string;
  levels: readonly number[];
  durationMs: number | null;
  /** Where to get the file when the browser cannot play it. */
  downloadUrl?: string;
  tabIndex?: number;
}

/** Plays a voice note or a song. One plays at a time, and at the speed that was chosen last. */
export function AudioPlayer({ id, source, label, levels, durationMs, downloadUrl, tabIndex = 0 }: Props) {
  const { t } = useTranslation();
  const state = useSyncExternalStore(playback.subscribe, playback.get);
  // Here, so that a place that was chosen before it played is followed, too.
  const position = useSyncExternalStore(playback.subscribe, () => playback.placeOf(id));
  const isOurs = state.id === id;
  const isPlaying = isOurs && state.isPlaying;
  const total = (isOurs ? state.duration : null) ?? (durationMs ?? 0) / 1_000;
  const next = RATES[(RATES.indexOf(state.rate) + 1) % RATES.length]!;

  if (isOurs && state.hasFailed) return <Unplayable downloadUrl={downloadUrl} tabIndex={tabIndex} />;
  return (
    <fieldset className={classes.player} aria-label={label}>
      <button
        type="button"
        className={classes.play}
        tabIndex={tabIndex}
        aria-label={t(isPlaying ? "media.player.pause" : "media.player.play")}
        onClick={() => playback.toggle(id, source)}
      >
        {isPlaying ? (
          <IconPlayerPauseFilled size={18} aria-hidden />
        ) : (
          <IconPlayerPlayFilled size={18} aria-hidden />
        )}
      </button>
      <div className={classes.middle}>
        <Waveform
          levels={levels}
          position={position}
          total={total}
          tabIndex={tabIndex}
          onSeek={(seconds) => playback.seek(id, seconds)}
        />
        <span className={`${classes.time} tabular`}>
          {isPlaying || position > 0 ? clock(position * 1_000) : total > 0 ? duration(total * 1_000) : "–:––"}
        </span>
      </div>
      <button
        type="button"
        className={`${classes.rate} tabular`}
        tabIndex={tabIndex}
        data-quiet={!isOurs || undefined}
        aria-label={t("media.player.speed", { rate: state.rate })}
        onClick={() => playback.setRate(next)}
      >
        {state.rate}×
      </button>
    </fieldset>
  );
}

function Unplayable({ downloadUrl, tabIndex }: { downloadUrl?: string; tabIndex: number }) {
  const { t } = useTranslation();
  return (
    <p className={classes.failed} role="alert">
      {t("media.player.failed")}{" "}
      {downloadUrl && (
        <a href={downloadUrl} download className={classes.download} tabIndex={tabIndex}>
          <IconDownload size={14} stroke={1.75} aria-hidden />
          {t("media.player.download")}
        </a>
      )}
    </p>
  );
}
