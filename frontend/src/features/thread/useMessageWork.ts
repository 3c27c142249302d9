import { useCallback, useMemo, useState } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { useOutboxActions, useRetryMessage } from "@/realtime";

import { useFailureNote } from "./useFailureNote";

/** Second attempts: of messages that the server knows, and of those that never got there. */
export function useMessageWork() {
  const { t } = useTranslation();
  const outbox = useOutboxActions();
  const { mutateAsync } = useRetryMessage();
  const note = useFailureNote();
  const [resending, setResending] = useState<ReadonlySet<number>>(new Set());
  const [restored, setRestored] = useState<{ text: string } | null>(null);

  const resend = useCallback(
    async ({ id }: Message, { evenIfUnconfirmed }: { evenIfUnconfirmed: boolean }) => {
      setResending((current) => new Set(current).add(id));
      try {
        await mutateAsync({ id, evenIfUnconfirmed });
      } catch (error) {
        note(t("thread.actionFailed.retry"), error);
      } finally {
        setResending((current) => new Set([...current].filter((one) => one !== id)));
      }
    },
    [mutateAsync, note, t],
  );

  const actions = useMemo(
    () => ({
      resending,
      resend: (message: Message, options: { evenIfUnconfirmed: boolean }) => void resend(message, options),
      retryUnsent: (clientId: string) => outbox.retry(clientId),
      editUnsent: (clientId: string) => {
        const entry = outbox.discard(clientId);
        if (entry) setRestored({ text: entry.text });
      },
      discardUnsent: (clientId: string) => void outbox.discard(clientId),
    }),
    [resending, resend, outbox],
  );
  return { actions, restored };
}
