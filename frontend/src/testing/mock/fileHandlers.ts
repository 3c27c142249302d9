import { HttpResponse } from "msw";
import { http } from "msw/http";

import type { Attachment, MediaLimits } from "@/api";

import { ANA, attachment, channel } from "../builders";
import type { Model } from "../model";
import { drawnPicture, hummed } from "./media";
import { type Part, partsOf } from "./multipart";

const MB = 1_048_576;
const OFFICE = "application/vnd.openxmlformats-officedocument";

/** What WhatsApp takes, as the server tells it. */
export const LIMITS: MediaLimits = {
  image: { mime_types: ["image/jpeg", "image/png", "image/webp"], max_bytes: 5 * MB },
  video: { mime_types: ["video/mp4", "video/3gpp"], max_bytes: 16 * MB },
  audio: {
    mime_types: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
    max_bytes: 16 * MB,
  },
  document: {
    mime_types: [
      "text/plain",
      "application/pdf",
      "application/msword",
      "application/vnd.ms-excel",
      "application/vnd.ms-powerpoint",
      `${OFFICE}.wordprocessingml.document`,
      `${OFFICE}.spreadsheetml.sheet`,
      `${OFFICE}.presentationml.presentation`,
    ],
    max_bytes: 100 * MB,
  },
  sticker: { mime_types: ["image/webp"], max_bytes: 102_400, max_bytes_animated: 512_000 },
  voice: { mime_types: ["audio/ogg", "audio/webm", "audio/mp4"], max_bytes: 16 * MB },
};

export type Answer = (make: () => unknown, status?: number) => Promise<Response>;

/** Files, reactions, edits, channels: what belongs to messages beside their text. */
export function fileHandlers(model: Model, url: (path: string) => string, answer: Answer) {
  const messageOf = (params: { id?: unknown }) => model.messages.get(Number(params.id));
  const page = (results: unknown[]) => ({ results, next: null, previous: null });
  return [
    http.get(url("/media/limits"), () => answer(() => LIMITS)),
    http.post(url("/media"), async ({ request }) => {
      const parts = await partsOf(request);
      return answer(() => model.upload(uploaded(parts)), 201);
    }),
    http.get(url("/attachments/:id/content"), ({ params }) => content(model, Number(params.id))),
    http.post(url("/attachments/:id/fetch"), ({ params }) =>
      answer(() => model.fileOf(Number(params.id))?.attachment),
    ),
    http.get(url("/messages/:id/edits"), ({ params }) =>
      answer(
        () =>
          messageOf(params) &&
          page([{ text: "Mejor el miércoles a las 3", edited_at: messageOf(params)!.edited_at }]),
      ),
    ),
    http.put(url("/messages/:id/reaction"), async ({ params, request }) => {
      const { emoji } = (await request.json()) as { emoji: string };
      return answer(() => model.react(Number(params.id), "us", emoji, ANA));
    }),
    http.delete(url("/messages/:id/reaction"), ({ params }) =>
      answer(() => model.react(Number(params.id), "us", "")),
    ),
    http.get(url("/channels"), () => answer(() => page([channel()]))),
  ];
}

function uploaded(parts: Map<string, Part>): Attachment {
  const { fileName, mimeType, bytes } = parts.get("file")!;
  const isVoice = parts.get("voice")?.text === "true";
  return attachment({
    kind: parts.get("kind")!.text as Attachment["kind"],
    is_voice: isVoice,
    mime_type: mimeType,
    file_name: isVoice ? "" : fileName,
    size_bytes: bytes,
    thumbnail_url: null,
  });
}

function content(model: Model, id: number): Response {
  const found = model.fileOf(id)?.attachment;
  if (!found) return HttpResponse.json({ error: { code: "not_found", message: "" } }, { status: 404 });
  if (found.kind === "audio")
    return HttpResponse.arrayBuffer(hummed((found.duration_ms ?? 3_000) / 1_000), {
      headers: { "Content-Type": "audio/wav" },
    });
  const picture = drawnPicture(id, found.width ?? 800, found.height ?? 600);
  return new HttpResponse(picture, { headers: { "Content-Type": "image/svg+xml" } });
}
