import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "./keys";
import { useClient } from "./organization";
import type { Language, Me } from "./types";

/** Keep the person's language on the server, so that it follows them to every browser. */
export function useSaveLanguage() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    // One after the other: what was chosen last is kept.
    scope: { id: "language" },
    mutationFn: (language: Language) => client.patch<{ language: Language }>("/preferences", { language }),
    onSuccess: ({ language }) => {
      queries.setQueryData<Me>(keys.me(client.slug), (me) => me && { ...me, preferences: { language } });
    },
  });
}
