import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconMicrophoneOff,
  IconPlayerStopFilled,
  IconRefresh,
  IconSend2,
  IconTrash,
} from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef } from "react";

import { useTranslation } from "@/i18n";
import { AudioPlayer, clock, playback, resample } from "@/ui/media";

import type { Recording } from "./recorder";
import { useRecorder } from "./useRecorder";
import classes from "./VoiceRecorder.module.css";

interface Props {
  onSend: (recording: Recording & { url: string; waveform: number[] }) => void;
  onClose: () => void;
}

const BARS = 64;

/** In the place of the box: record, listen, send. A part of its own, loaded when it is first wanted. */
export default function VoiceRecorder({ onSend, onClose }: Props) {
  const { t } = useTranslation();
  const { state, start, stop, release } = useRecorder();
  const box = useRef<HTMLFieldSetElement>(null);
  // What plays would be recorded, too.
  useEffect(() => playback.pause(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step has a button of its own to stand on
  useEffect(() => box.current?.querySelector<HTMLElement>("[data-first]")?.focus(), [state.at]);

  const send = () => {
    if (state.at !== "review") return;
    release();
    playback.pause();
    onSend({ ...state.recording, url: state.url, waveform: resample(state.recording.levels, BARS) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  return (
    <fieldset
      ref={box}
      className={classes.box}
      aria-label={t("composer.attach.record")}
      onKeyDown={onKeyDown}
    >
      <div className={classes.row}>
        <Tooltip label={t("composer.voice.discard")}>
          <ActionIcon
            className={classes.tool}
            radius="md"
            data-first={state.at === "asking" || undefined}
            aria-label={t("composer.voice.discard")}
            onClick={onClose}
          >
            <IconTrash size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
        {state.at === "asking" && (
          <p className={classes.words} role="status">
            {t("composer.voice.asking")}
          </p>
        )}
        {state.at === "problem" && (
          <>
            <p className={classes.problem} role="alert">
              <IconMicrophoneOff size={18} stroke={1.75} aria-hidden />
              {t(`composer.voice.problems.${state.problem}`)}
            </p>
            <Tooltip label={t("composer.voice.again")}>
              <ActionIcon
                className={classes.tool}
                radius="md"
                data-first
                aria-label={t("composer.voice.again")}
                onClick={start}
              >
                <IconRefresh size={20} stroke={1.5} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        {state.at === "recording" && (
          <>
            <span className={classes.dot} aria-hidden="true" />
            <span
              className={`${classes.time} tabular`}
              role="timer"
              aria-label={t("composer.voice.recording")}
            >
              {clock(state.elapsedMs)}
            </span>
            <Meter levels={state.levels} />
            <Tooltip label={t("composer.voice.stop")}>
              <ActionIcon
                className={classes.stop}
                radius="md"
                data-first
                aria-label={t("composer.voice.stop")}
                onClick={stop}
              >
                <IconPlayerStopFilled size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        {state.at === "review" && (
          <>
            <div className={classes.player}>
              <AudioPlayer
                id={state.url}
                source={state.url}
                label={t("composer.voice.review")}
                levels={state.recording.levels}
                durationMs={state.recording.durationMs}
              />
            </div>
            <Tooltip label={t("composer.voice.send")}>
              <ActionIcon
                className={classes.tool}
                variant="filled"
                color="teal"
                radius="md"
                data-first
                aria-label={t("composer.voice.send")}
                onClick={send}
              >
                <IconSend2 size={18} stroke={1.75} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        )}
      </div>
    </fieldset>
  );
}

/** How loud it has been these last seconds, the newest at the right. */
function Meter({ levels }: { levels: readonly number[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element holds no bars
    <div
      className={classes.meter}
      role="meter"
      aria-label={t("composer.voice.level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={levels.at(-1) ?? 0}
    >
      {levels.map((level, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
        <span key={place} style={{ height: `${Math.max(8, level)}%` }} />
      ))}
    </div>
  );
}
