import { http } from "msw/http";

import { contact } from "../builders";
import type { Model } from "../model";
import type { Answer } from "./fileHandlers";

/** Contacts, and pairs of them that may be one person. */
export function contactHandlers(model: Model, url: (path: string) => string, answer: Answer) {
  return [
    http.get(url("/contacts/:id"), ({ params }) => answer(() => model.contacts.get(Number(params.id)))),
    http.post(url("/contacts"), async ({ request }) => {
      const { name, phone } = (await request.json()) as { name: string; phone: string };
      const made = contact({ id: 900_001, name, phone });
      model.contacts.set(made.id, made);
      return answer(() => made, 201);
    }),
    http.get(url("/merge-proposals"), ({ request }) => {
      const state = new URL(request.url).searchParams.get("state");
      const results = [...model.proposals.values()].filter((proposal) => proposal.state === state);
      return answer(() => ({ results, next: null, previous: null }));
    }),
    http.post(url("/merge-proposals/:id/acceptance"), async ({ params, request }) => {
      const { keep } = (await request.json()) as { keep: number };
      return answer(() => model.decide(Number(params.id), keep));
    }),
    http.post(url("/merge-proposals/:id/dismissal"), ({ params }) =>
      answer(() => model.decide(Number(params.id), null)),
    ),
    http.delete(url("/merge-proposals/:id/acceptance"), ({ params }) =>
      answer(() => model.decide(Number(params.id), null)),
    ),
  ];
}
