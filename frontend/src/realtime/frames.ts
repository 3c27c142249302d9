import type { AppEvent, MemberRef } from "@/api";

export type SignalKind = "typing" | "viewing" | "left";

export interface Signal {
  signal: SignalKind;
  conversation: number;
  member: MemberRef;
}

/** What the server says on the socket. */
export type ServerFrame =
  | { type: "hello"; stream_id: string; seq: number; heartbeat_seconds: number }
  | { type: "events"; events: AppEvent[]; through: number }
  | { type: "heartbeat"; seq: number; through: number }
  | ({ type: "signal" } & Signal)
  | { type: "resync"; reason: string };

/** What we say on it. */
export type ClientFrame =
  | { type: "ack"; through: number }
  | { type: "signal"; signal: SignalKind; conversation: number };

export const CLOSE = {
  signedOut: 4401,
  notVisible: 4404,
  resync: 4410,
  tooMany: 4429,
} as const;

/** Read a frame; null when it is none, or of a kind that a newer server knows. */
export function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data) as { type?: unknown };
    return typeof frame === "object" && frame !== null && typeof frame.type === "string"
      ? (frame as ServerFrame)
      : null;
  } catch {
    return null;
  }
}
