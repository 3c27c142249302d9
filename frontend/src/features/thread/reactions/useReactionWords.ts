import { useCallback } from "react";

import type { Reaction } from "@/api";
import { useTranslation } from "@/i18n";

import { useMessageActions } from "../message/actions";

/** «Valentina reaccionó ❤️»: who thinks what of a message. */
export function useReactionWords(): (reaction: Reaction) => string {
  const { t } = useTranslation();
  const { contactName, viewerId } = useMessageActions();
  return useCallback(
    ({ side, emoji, member }: Reaction) => {
      if (side === "contact") return t("content.reaction.by", { name: contactName, emoji });
      if (!member) return t("content.reaction.byUs", { emoji });
      const name = member.id === viewerId ? t("thread.you") : member.name;
      return t("content.reaction.by", { name, emoji });
    },
    [t, contactName, viewerId],
  );
}
