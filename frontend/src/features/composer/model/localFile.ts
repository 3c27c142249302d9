import type { Attachment, MediaKind } from "@/api";

import type { Measures } from "./probe";

let lastId = 0;

interface LocalFile extends Partial<Measures> {
  url: string;
  kind: MediaKind;
  name: string;
  mimeType: string;
  bytes: number;
  isVoice?: boolean;
  waveform?: number[];
}

/** A file of this computer in the shape in which the server will give it; its number is of no use there. */
export function localAttachment(file: LocalFile): Attachment {
  return {
    id: --lastId,
    kind: file.kind,
    state: "stored",
    is_voice: file.isVoice ?? false,
    is_animated: false,
    mime_type: file.mimeType,
    file_name: file.name,
    size_bytes: file.bytes,
    width: file.width ?? null,
    height: file.height ?? null,
    duration_ms: file.durationMs ?? null,
    waveform: file.waveform ?? [],
    url: file.url,
    thumbnail_url: null,
    playable_url: null,
    failure: null,
  };
}
