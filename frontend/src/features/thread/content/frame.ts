import type { Shown } from "./shown";

/** How a bubble holds what it holds. */
export type Frame =
  /** Words, with room around them. */
  | "text"
  /** A picture that reaches to the edge; the hour lies on it when there are no words. */
  | "media"
  /** A card or a player, with a narrow edge. */
  | "card"
  /** A player, whose last line has room for the hour. */
  | "sound"
  /** No bubble at all. */
  | "bare";

export function frameOf(shown: Shown): Frame {
  switch (shown.as) {
    case "text":
    case "deleted":
    case "choice":
      return "text";
    case "file": {
      const { kind, state } = shown.attachment;
      if (kind === "sticker") return state === "stored" ? "bare" : "card";
      if (kind === "image" || kind === "video") return state === "failed" ? "card" : "media";
      return kind === "audio" && state === "stored" ? "sound" : "card";
    }
    default:
      return "card";
  }
}
