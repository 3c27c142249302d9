import type { Conversation, Me, MemberRef } from "@/api";
import { useTranslation } from "@/i18n";
import { useAssign, useClose, useReopen } from "@/realtime";

import { useFailureNote } from "../useFailureNote";

/** The changes of a chat, each shown at once; what the server refuses is taken back and explained. */
export function useChatActions(conversation: Conversation, me: Me | undefined) {
  const { t } = useTranslation();
  const note = useFailureNote();
  const assignment = useAssign(conversation.id);
  const closing = useClose(conversation.id);
  const reopening = useReopen(conversation.id);

  const assign = (member: MemberRef | null) => {
    const isOwn = member !== null && member.id === me?.membership?.id;
    const title = t(`thread.actionFailed.${member === null ? "handBack" : isOwn ? "take" : "assign"}`);
    assignment.mutate(member, { onError: (error) => note(title, error) });
  };
  return {
    assign,
    take: () => {
      if (me?.membership) assign({ id: me.membership.id, name: me.membership.name });
    },
    close: () =>
      closing.mutate(undefined, { onError: (error) => note(t("thread.actionFailed.close"), error) }),
    reopen: () =>
      reopening.mutate(undefined, { onError: (error) => note(t("thread.actionFailed.reopen"), error) }),
  };
}
