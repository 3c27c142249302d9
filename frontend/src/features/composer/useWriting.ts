import { useLayoutEffect } from "react";

import type { ReplyTarget } from "@/api";
import { useOutboxActions, useUploads } from "@/realtime";

import { takesCaption, type Wish } from "./model/check";
import { localAttachment } from "./model/localFile";
import { type Tray, useTray } from "./tray/useTray";
import { useDraft } from "./useDraft";
import type { Recording } from "./voice/recorder";

interface Options {
  conversationId: number;
  memberId: number | null;
  replyTo: ReplyTarget | null;
}

export interface Writing {
  /** What the box holds: the draft, or the words below the chosen file. */
  text: string;
  change: (text: string) => void;
  /** The file whose words the box holds. */
  captionOf: Tray["items"][number] | null;
  tray: Tray;
  addFiles: (files: readonly File[], wish: Wish) => void;
  removeFile: (uploadId: string) => void;
  /** Hand everything over to the outbox. */
  send: () => void;
  sendVoice: (recording: Recording & { url: string; waveform: number[] }) => void;
}

/** The draft and the files beside it, and how they become messages. */
export function useWriting({ conversationId, memberId, replyTo }: Options): Writing {
  const outbox = useOutboxActions();
  const uploads = useUploads();
  const draft = useDraft(conversationId, memberId);
  const tray = useTray(conversationId);
  const selected = tray.items.find(({ uploadId }) => uploadId === tray.selectedId) ?? null;
  const captionOf = selected && takesCaption(selected.kind) ? selected : null;

  // What was begun describes the first one. Only now, with the file in the tray: one goes on typing while it
  // is measured.
  const begun = captionOf && captionOf === tray.items[0] && captionOf.caption === "" ? draft.text : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when there is something to move
  useLayoutEffect(() => {
    if (!captionOf || begun === "") return;
    tray.caption(captionOf.uploadId, begun);
    draft.clear();
  }, [captionOf, begun]);

  const removeFile = (uploadId: string) => {
    const gone = tray.items.find((item) => item.uploadId === uploadId);
    tray.remove(uploadId);
    if (gone?.caption && draft.text === "") draft.change(gone.caption);
  };
  const send = () => {
    // What the server has refused stays here, to be mended or taken away.
    const ready = tray.items.filter(({ uploadId }) => uploads.get(uploadId)?.state !== "failed");
    let quoted = replyTo;
    for (const { uploadId, caption } of ready) {
      const upload = uploads.get(uploadId);
      if (!upload) continue;
      const { attachment, state } = upload;
      outbox.send({
        conversationId,
        text: caption.trim(),
        media: { uploadId, attachment, isUploaded: state === "done" },
        replyTo: quoted,
      });
      quoted = null;
    }
    tray.release(ready);
    if (draft.text.trim() !== "") outbox.send({ conversationId, text: draft.text.trim(), replyTo: quoted });
    draft.clear();
  };
  const sendVoice: Writing["sendVoice"] = ({ blob, mimeType, durationMs, url, waveform }) => {
    const attachment = localAttachment({
      url,
      kind: "audio",
      name: "",
      mimeType,
      bytes: blob.size,
      durationMs,
      waveform,
      isVoice: true,
    });
    const name = `voz.${mimeType.split("/")[1] ?? "ogg"}`;
    const { id } = uploads.add({ file: blob, name, kind: "audio", isVoice: true }, attachment);
    outbox.send({
      conversationId,
      text: "",
      media: { uploadId: id, attachment, isUploaded: false },
      replyTo,
    });
  };
  return {
    text: captionOf ? captionOf.caption || begun : draft.text,
    change: captionOf ? (text) => tray.caption(captionOf.uploadId, text) : draft.change,
    captionOf,
    tray,
    addFiles: (files, wish) => void tray.add(files, wish),
    removeFile,
    send,
    sendVoice,
  };
}
