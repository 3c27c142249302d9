import { delay, HttpResponse } from "msw";
import { http } from "msw/http";

import type { ConversationFilter } from "@/api";

import { ANA } from "../builders";
import type { Model } from "../model";
import { contactHandlers } from "./contactHandlers";
import { demoMe, MEMBERS } from "./demo";
import { fileHandlers } from "./fileHandlers";

interface SendBody {
  type: string;
  text?: string;
  caption?: string;
  media?: { id: number };
  client_id?: string;
  reply_to?: number;
}

interface Trouble {
  /** Milliseconds before each answer. */
  slow?: number;
  /** Answer everything but `/me` with an error. */
  fails?: boolean;
  language?: "es" | "en";
}

/** The answers of `/api/v1`, from a model. */
export function handlers(model: Model, { slow = 0, fails = false, language = "es" }: Trouble = {}) {
  const person = { language };
  const url = (path: string) => `/api/v1${path}`;
  const refuse = (status: number, code: string, details = {}) =>
    HttpResponse.json({ error: { code, message: code, details } }, { status });
  const answer = async (make: () => unknown, status = 200) => {
    await delay(slow || 40);
    if (fails) return refuse(503, "unavailable");
    const body = make();
    return body === undefined ? refuse(404, "not_found") : HttpResponse.json(body as object, { status });
  };
  const held = ({ id }: { id?: unknown }) => {
    const into = model.moved.get(Number(id));
    if (into !== undefined) throw refuse(404, "not_found", { moved_to: into });
    return model.conversations.get(Number(id));
  };

  return [
    http.get(url("/me"), () => HttpResponse.json(demoMe(model, person.language))),
    http.patch(url("/preferences"), async ({ request }) => {
      Object.assign(person, await request.json());
      return HttpResponse.json(person);
    }),
    http.get(url("/conversations"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      const filter = {
        status: query.get("status") ?? "all",
        sort: query.get("sort") ?? "newest",
        q: query.get("q") ?? "",
      } as ConversationFilter;
      return answer(() => model.list(filter, query.get("cursor"), Number(query.get("limit") ?? 50)));
    }),
    http.get(url("/conversations/counts"), () => answer(() => model.counts())),
    http.get(url("/conversations/:id"), ({ params }) => answer(() => held(params))),
    http.get(url("/conversations/:id/messages"), ({ params, request }) => {
      const query = new URL(request.url).searchParams;
      const limit = Number(query.get("limit") ?? 50);
      return answer(() => held(params) && model.thread(Number(params.id), query.get("cursor"), limit));
    }),
    http.post(url("/conversations/:id/messages"), async ({ params, request }) => {
      const body = (await request.json()) as SendBody;
      const sent = [...model.messages.values()].find(
        ({ client_id }) => client_id && client_id === body.client_id,
      );
      const quoted = body.reply_to === undefined ? undefined : model.messages.get(body.reply_to);
      return answer(
        () =>
          sent ??
          (held(params) &&
            model.send(Number(params.id), body.text ?? body.caption ?? "", ANA, {
              type: body.type,
              attachments: body.media ? [model.uploads.get(body.media.id)!] : [],
              client_id: body.client_id ?? null,
              reply_to: quoted
                ? {
                    id: quoted.id,
                    direction: quoted.direction,
                    type: quoted.type,
                    author_name: quoted.author.name,
                    preview: quoted.text,
                    deleted_at: quoted.deleted_at,
                  }
                : null,
            })),
        201,
      );
    }),
    http.post(url("/messages/:id/attempts"), ({ params }) =>
      answer(() => {
        model.status(Number(params.id), "queued");
        return model.messages.get(Number(params.id));
      }, 201),
    ),
    http.post(url("/conversations/:id/assignment"), async ({ params, request }) => {
      const { member } = (await request.json()) as { member: number | null };
      const chosen = MEMBERS.find(({ id }) => id === member);
      return answer(
        () =>
          held(params) &&
          model.assign(Number(params.id), chosen ? { id: chosen.id, name: chosen.name } : null),
      );
    }),
    http.post(url("/conversations/:id/resolution"), ({ params }) =>
      answer(() => held(params) && model.close(Number(params.id))),
    ),
    http.delete(url("/conversations/:id/resolution"), ({ params }) =>
      answer(() => held(params) && model.reopen(Number(params.id))),
    ),
    http.post(url("/conversations/:id/read"), ({ params }) =>
      answer(() => held(params) && model.read(Number(params.id))),
    ),
    http.get(url("/conversations/:id/tickets"), ({ params }) =>
      answer(() => held(params) && { results: tickets(), next: null, previous: null }),
    ),
    ...contactHandlers(model, url, answer),
    ...fileHandlers(model, url, answer),
    http.get(url("/members"), () => answer(() => ({ results: MEMBERS, next: null, previous: null }))),
  ];
}

function tickets() {
  const closed_by = { id: ANA.id, name: ANA.name };
  return [
    { id: 2, number: 2, opened_at: "2026-11-20T14:00:00Z", closed_at: null, closed_by: null },
    { id: 1, number: 1, opened_at: "2026-10-02T14:00:00Z", closed_at: "2026-10-03T16:30:00Z", closed_by },
  ];
}
