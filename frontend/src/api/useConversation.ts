import { useQuery, useQueryClient } from "@tanstack/react-query";

import { keys } from "./keys";
import { useClient } from "./organization";
import { conversationQuery, type Pages } from "./queries";
import type { Conversation } from "./types";

/** One conversation; what a loaded list knows of it is shown while the full answer is on its way. */
export function useConversation(id: number) {
  const client = useClient();
  const queries = useQueryClient();
  return useQuery({
    ...conversationQuery(client, id),
    placeholderData: () => {
      const lists = queries.getQueriesData<Pages<Conversation>>({ queryKey: keys.lists(client.slug) });
      for (const [, list] of lists)
        for (const page of list?.pages ?? [])
          for (const conversation of page.results) if (conversation.id === id) return conversation;
      return undefined;
    },
  });
}
