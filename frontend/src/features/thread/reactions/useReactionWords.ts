import { useCallback } from "react";

import type { Reaction } from "@/api";
import { useTranslation } from "@/i18n";

import { useMessageActions } from "../message/actions";

/** «Valentina reaccionó ❤️», «Reaccionaste 👍»: who thinks what of a message. */
export function useReactionWords(): (reaction: Reaction) => string {
  const { t } = useTranslation();
  const { contactName, viewerId } = useMessageActions();
  return useCallback(
    ({ side, emoji, member }: Reaction) => {
      if (side === "contact") return t("content.reaction.by", { name: contactName, emoji });
      if (!member) return t("content.reaction.byUs", { emoji });
      if (member.id === viewerId) return t("content.reaction.byYou", { emoji });
      return t("content.reaction.by", { name: member.name, emoji });
    },
    [t, contactName, viewerId],
  );
}
