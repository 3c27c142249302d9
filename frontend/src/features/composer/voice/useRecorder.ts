import { useCallback, useEffect, useRef, useState } from "react";

import { type Problem, Recorder, type Recording } from "./recorder";

export type RecorderState =
  | { at: "asking" }
  | { at: "recording"; levels: readonly number[]; elapsedMs: number }
  | { at: "review"; recording: Recording; url: string }
  | { at: "problem"; problem: Problem };

const PER_LEVEL_MS = 50;

/** Begins to record at once, and ends with the component. */
export function useRecorder() {
  const [state, setState] = useState<RecorderState>({ at: "asking" });
  const recorder = useRef<Recorder | null>(null);
  const url = useRef<string | null>(null);

  const start = useCallback(() => {
    setState({ at: "asking" });
    const next = new Recorder({
      onStart: () => setState({ at: "recording", levels: [], elapsedMs: 0 }),
      onLevel: (_level, levels) =>
        setState({ at: "recording", levels: levels.slice(-80), elapsedMs: levels.length * PER_LEVEL_MS }),
      onEnd: (recording) => {
        url.current = URL.createObjectURL(recording.blob);
        setState({ at: "review", recording, url: url.current });
      },
      onProblem: (problem) => setState({ at: "problem", problem }),
    });
    recorder.current = next;
    void next.start();
  }, []);

  useEffect(() => {
    start();
    return () => {
      recorder.current?.giveUp();
      if (url.current) URL.revokeObjectURL(url.current);
    };
  }, [start]);

  return {
    state,
    start,
    stop: () => recorder.current?.stop(),
    /** The copy belongs to a message now, which goes on showing it. */
    release: () => {
      url.current = null;
    },
  };
}
