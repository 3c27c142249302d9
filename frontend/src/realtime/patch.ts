import type { QueryClient } from "@tanstack/react-query";

import { type Conversation, keys, type Pages } from "@/api";

/** Show a change of one conversation wherever it is on screen, before the server has answered. */
export function patchConversation(
  queries: QueryClient,
  slug: string,
  id: number,
  change: (current: Conversation) => Partial<Conversation>,
) {
  const patch = (current: Conversation) => (current.id === id ? { ...current, ...change(current) } : current);
  queries.setQueryData<Conversation>(keys.conversation(slug, id), (current) => current && patch(current));
  queries.setQueriesData<Pages<Conversation>>(
    { queryKey: keys.lists(slug) },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({ ...page, results: page.results.map(patch) })),
      },
  );
}
