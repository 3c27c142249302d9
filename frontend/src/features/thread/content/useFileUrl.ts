import type { Attachment } from "@/api";
import { useUploads } from "@/realtime";

interface FileUrls {
  /** The file itself. */
  original: string | null;
  /** Small, for the thread; the file itself where there is nothing smaller. */
  thumbnail: string | null;
  /** What every browser plays. */
  playable: string | null;
}

/** Where a file is to be had; what was sent from here is shown from our own copy. */
export function useFileUrls(attachment: Attachment): FileUrls {
  const copy = useUploads().copyOf(attachment.id);
  const { url: original, thumbnail_url, playable_url } = attachment;
  return {
    original,
    thumbnail: copy ?? thumbnail_url ?? original,
    playable: copy ?? playable_url ?? original,
  };
}
