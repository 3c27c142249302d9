/** What plays in this page: one thing at a time, and it goes on when its row is scrolled out of sight. */

export const RATES = [1, 1.5, 2] as const;
export type Rate = (typeof RATES)[number];

export interface PlaybackState {
  id: string | null;
  isPlaying: boolean;
  /** Seconds. */
  position: number;
  /** Seconds as the browser found them; null until it has looked. */
  duration: number | null;
  hasFailed: boolean;
  rate: Rate;
}

const IDLE: PlaybackState = {
  id: null,
  isPlaying: false,
  position: 0,
  duration: null,
  hasFailed: false,
  rate: 1,
};

class Playback {
  private state = IDLE;
  private element: HTMLAudioElement | null = null;
  private readonly places = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private stopOther: (() => void) | null = null;

  readonly get = () => this.state;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** Seconds from the start at which a sound would go on. */
  placeOf(id: string): number {
    return this.state.id === id ? this.state.position : (this.places.get(id) ?? 0);
  }

  toggle(id: string, source: string): void {
    const audio = this.audio();
    if (this.state.id === id && this.state.isPlaying) {
      audio.pause();
      return;
    }
    this.stopOther?.();
    this.stopOther = null;
    if (this.state.id !== id || this.state.hasFailed) this.load(id, source);
    audio.playbackRate = this.state.rate;
    audio.play().catch((error: unknown) => {
      // Asked to stop before it could begin.
      if (!(error instanceof DOMException && error.name === "AbortError")) this.change({ hasFailed: true });
    });
  }

  /** Go to a place, in seconds, also of a sound that does not play. */
  seek(id: string, seconds: number): void {
    this.places.set(id, seconds);
    if (this.state.id === id) {
      this.audio().currentTime = seconds;
      this.change({ position: seconds });
    } else this.tell();
  }

  setRate(rate: Rate): void {
    if (this.element) this.element.playbackRate = rate;
    this.change({ rate });
  }

  pause(): void {
    this.element?.pause();
  }

  /** Something else plays now, such as a video; `stop` ends it when a sound begins. */
  claim(stop: () => void): void {
    if (this.stopOther !== stop) this.stopOther?.();
    this.stopOther = stop;
    this.pause();
  }

  release(stop: () => void): void {
    if (this.stopOther === stop) this.stopOther = null;
  }

  /** Silence, and nothing remembered: another conversation is on screen. */
  reset(): void {
    this.element?.pause();
    this.element?.removeAttribute("src");
    this.places.clear();
    this.change({ ...IDLE, rate: this.state.rate });
  }

  private load(id: string, source: string): void {
    const audio = this.audio();
    if (this.state.id) this.places.set(this.state.id, this.state.position);
    const position = this.places.get(id) ?? 0;
    audio.src = source;
    audio.currentTime = position;
    this.change({ id, position, duration: null, hasFailed: false, isPlaying: false });
  }

  private audio(): HTMLAudioElement {
    if (this.element) return this.element;
    const audio = new Audio();
    audio.preload = "metadata";
    audio.addEventListener("timeupdate", () => this.change({ position: audio.currentTime }));
    audio.addEventListener("durationchange", () => {
      if (Number.isFinite(audio.duration)) this.change({ duration: audio.duration });
    });
    audio.addEventListener("play", () => this.change({ isPlaying: true, hasFailed: false }));
    audio.addEventListener("pause", () => this.change({ isPlaying: false }));
    audio.addEventListener("ended", () => this.ended());
    audio.addEventListener("error", () => {
      if (this.state.id && audio.hasAttribute("src")) this.change({ isPlaying: false, hasFailed: true });
    });
    this.element = audio;
    return audio;
  }

  private ended(): void {
    if (this.state.id) this.places.delete(this.state.id);
    this.change({ isPlaying: false, position: 0 });
    if (this.element) this.element.currentTime = 0;
  }

  private change(fields: Partial<PlaybackState>): void {
    this.state = { ...this.state, ...fields };
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export const playback = new Playback();
