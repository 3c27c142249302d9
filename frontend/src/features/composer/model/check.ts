import type { MediaKind, MediaLimits } from "@/api";

/** What one wants to send a file as; null: whatever it is. */
export type Wish = MediaKind | null;

export type Checked =
  | { ok: true; kind: MediaKind; mimeType: string }
  | { ok: false; problem: "empty" | "type" }
  | { ok: false; problem: "size"; kind: MediaKind; mostBytes: number };

interface Candidate {
  name: string;
  type: string;
  size: number;
}

// Some systems know no type for what they hand over.
const BY_EXTENSION: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  mp4: "video/mp4",
  m4v: "video/mp4",
  "3gp": "video/3gpp",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  aac: "audio/aac",
  amr: "audio/amr",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  pdf: "application/pdf",
  txt: "text/plain",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};
const ALIASES: Record<string, string> = {
  "image/jpg": "image/jpeg",
  "audio/mp3": "audio/mpeg",
  "audio/x-m4a": "audio/mp4",
  "audio/m4a": "audio/mp4",
  "video/x-m4v": "video/mp4",
};
const KINDS: MediaKind[] = ["image", "video", "audio", "document"];

/** Judge a file before anything is uploaded, by what WhatsApp takes. The server looks at the bytes themselves. */
export function check(file: Candidate, wish: Wish, limits: MediaLimits): Checked {
  if (file.size === 0) return { ok: false, problem: "empty" };
  const mimeType = typeOf(file);
  const kind = kindFor(mimeType, wish, limits);
  if (kind === null) return { ok: false, problem: "type" };
  const mostBytes = largest(kind, limits);
  if (file.size > mostBytes) return { ok: false, problem: "size", kind, mostBytes };
  return { ok: true, kind, mimeType };
}

/** Which of the stickers are animated only the server sees. */
const largest = (kind: MediaKind, limits: MediaLimits) =>
  kind === "sticker" ? limits.sticker.max_bytes_animated : limits[kind].max_bytes;

/** As wished where WhatsApp takes it so, else as the first kind that it takes it as. */
function kindFor(mimeType: string, wish: Wish, limits: MediaLimits): MediaKind | null {
  const takes = (kind: MediaKind) => limits[kind].mime_types.includes(mimeType);
  if (wish && takes(wish)) return wish;
  return KINDS.find(takes) ?? null;
}

function typeOf({ type, name }: Candidate): string {
  const bare = type.split(";")[0]!.trim().toLowerCase();
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  if (bare !== "") return ALIASES[bare] ?? bare;
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension]! : "";
}

/** Only these may have words below them. */
export const takesCaption = (kind: MediaKind) => kind !== "audio" && kind !== "sticker";
