import type { KeyboardEvent, PointerEvent } from "react";

import { useTranslation } from "@/i18n";

import { clock } from "./format";
import { resample } from "./levels";
import classes from "./Waveform.module.css";

interface Props {
  levels: readonly number[];
  /** Seconds. */
  position: number;
  total: number;
  onSeek: (seconds: number) => void;
  tabIndex?: number;
}

const BARS = 44;
const STEP_SECONDS = 5;

/** The levels of a sound; a click or a drag goes there, and so do the arrow keys. */
export function Waveform({ levels, position, total, onSeek, tabIndex = 0 }: Props) {
  const { t } = useTranslation();
  const share = total > 0 ? Math.min(1, position / total) : 0;
  const go = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    if (width > 0) onSeek(total * Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = target(event.key, position, total);
    if (next === null) return;
    event.preventDefault();
    // The list below has wishes of its own for these keys.
    event.stopPropagation();
    onSeek(next);
  };
  return (
    <div
      role="slider"
      className={classes.wave}
      dir="ltr"
      tabIndex={tabIndex}
      aria-label={t("media.player.position")}
      aria-valuemin={0}
      aria-valuemax={Math.round(total)}
      aria-valuenow={Math.round(position)}
      aria-valuetext={t("media.player.positionOf", {
        at: clock(position * 1_000),
        total: clock(total * 1_000),
      })}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture?.(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) go(event);
      }}
    >
      {resample(levels, BARS).map((level, bar) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          key={bar}
          className={classes.bar}
          data-passed={(share > 0 && bar < share * BARS) || undefined}
          style={{ height: `${Math.max(10, level)}%` }}
        />
      ))}
      <span
        className={classes.knob}
        style={{ left: `${share * 100}%` }}
        data-shown={share > 0 || undefined}
      />
    </div>
  );
}

function target(key: string, position: number, total: number): number | null {
  if (key === "ArrowRight") return Math.min(total, position + STEP_SECONDS);
  if (key === "ArrowLeft") return Math.max(0, position - STEP_SECONDS);
  if (key === "Home") return 0;
  return key === "End" ? Math.max(0, total - 0.1) : null;
}
