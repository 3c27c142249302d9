import { HttpResponse } from "msw";
import { http } from "msw/http";

import type { Attachment, MediaLimits } from "@/api";

import { ANA, attachment, channel } from "../builders";
import type { Model } from "../model";
import { drawnPicture, hummed } from "./media";

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
  sticker: { mime_types: ["image/webp"], max_bytes: 102_400 },
  voice: { mime_types: ["audio/ogg", "audio/webm", "audio/mp4"], max_bytes: 16 * MB },
};

type Answer = (make: () => unknown, status?: number) => Promise<Response>;

/** Files, reactions, edits, channels: what belongs to messages beside their text. */
export function fileHandlers(model: Model, url: (path: string) => string, answer: Answer) {
  const messageOf = (params: { id?: unknown }) => model.messages.get(Number(params.id));
  const page = (results: unknown[]) => ({ results, next: null, previous: null });
  return [
    http.get(url("/media/limits"), () => answer(() => LIMITS)),
    http.post(url("/media"), async ({ request }) => {
      const form = await request.formData();
      return answer(() => model.upload(uploaded(form)), 201);
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
    http.get(url("/merge-proposals"), () => answer(() => page([]))),
  ];
}

function uploaded(form: FormData): Attachment {
  const file = form.get("file") as File;
  const isVoice = form.get("voice") === "true";
  return attachment({
    kind: form.get("kind") as Attachment["kind"],
    is_voice: isVoice,
    mime_type: file.type,
    file_name: isVoice ? "" : file.name,
    size_bytes: file.size,
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
