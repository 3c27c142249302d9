/** Why nothing can be recorded. */
export type Problem = "denied" | "missing" | "busy" | "unsupported" | "failed";

export interface Recording {
  blob: Blob;
  mimeType: string;
  durationMs: number;
  /** From 0 to 100, twenty in a second. */
  levels: number[];
}

interface Handlers {
  onStart: () => void;
  onLevel: (level: number, levels: readonly number[]) => void;
  onEnd: (recording: Recording) => void;
  onProblem: (problem: Problem) => void;
}

const EVERY_MS = 50;
// What WhatsApp itself speaks first; the server makes it of the others.
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const BITS_PER_SECOND = 32_000;

export const LONGEST_MS = 10 * 60_000;

/** Records the microphone until it is stopped, and tells how loud it is. */
export class Recorder {
  private readonly levels: number[] = [];
  private stream: MediaStream | null = null;
  private context: AudioContext | null = null;
  private recorder: MediaRecorder | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private startedAt = 0;
  private isGivenUp = false;

  constructor(private readonly handlers: Handlers) {}

  async start(): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined")
      return this.fail("unsupported");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true },
      });
    } catch (error) {
      return this.fail(problemOf(error));
    }
    // Given up while the browser was asking.
    if (this.isGivenUp) return this.release();
    this.record(this.stream);
  }

  /** End it and hand over what was recorded. */
  stop(): void {
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  /** End it; nothing is kept. */
  giveUp(): void {
    this.isGivenUp = true;
    this.stop();
    this.release();
  }

  private record(stream: MediaStream): void {
    const chunks: Blob[] = [];
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.onerror = () => this.fail("failed");
    recorder.onstop = () => {
      const durationMs = Math.round(performance.now() - this.startedAt);
      this.release();
      if (this.isGivenUp) return;
      const type = (recorder.mimeType || mimeType).split(";")[0]!;
      this.handlers.onEnd({
        blob: new Blob(chunks, { type }),
        mimeType: type,
        durationMs,
        levels: this.levels,
      });
    };
    recorder.start();
    this.recorder = recorder;
    this.startedAt = performance.now();
    this.measure(stream);
    this.handlers.onStart();
  }

  private measure(stream: MediaStream): void {
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1_024;
    this.context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = loudness(samples);
      this.levels.push(level);
      this.handlers.onLevel(level, this.levels);
      if (performance.now() - this.startedAt >= LONGEST_MS) this.stop();
    }, EVERY_MS);
  }

  private fail(problem: Problem): void {
    const wasGivenUp = this.isGivenUp;
    this.isGivenUp = true;
    this.release();
    if (!wasGivenUp) this.handlers.onProblem(problem);
  }

  private release(): void {
    clearInterval(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    void this.context?.close().catch(() => {
      // It was closed already.
    });
    this.stream = null;
    this.context = null;
  }
}

/** From 0 to 100, as ears take it: half as loud is not half as high. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index]! ** 2;
  const decibels = 20 * Math.log10(Math.sqrt(sum / Math.max(1, samples.length)) || 1e-6);
  return Math.round(Math.min(100, Math.max(0, ((decibels + 55) / 45) * 100)));
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof DOMException)) return "failed";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "missing";
  return error.name === "NotReadableError" || error.name === "AbortError" ? "busy" : "failed";
}
