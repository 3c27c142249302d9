import { useCallback, useMemo, useState } from "react";

import type { Attachment, Message } from "@/api";
import { useTranslation } from "@/i18n";
import { useFetchAttachment, useOutboxActions, useRetryMessage } from "@/realtime";

import { useFailureNote } from "./useFailureNote";

/** Second attempts: of messages that the server knows, of those that never got there, and of files. */
export function useMessageWork() {
  const { t } = useTranslation();
  const outbox = useOutboxActions();
  const { mutateAsync } = useRetryMessage();
  const { mutateAsync: fetchAgain } = useFetchAttachment();
  const note = useFailureNote();
  const [resending, markResending] = useBusy();
  const [fetching, markFetching] = useBusy();
  const [restored, setRestored] = useState<{ text: string } | null>(null);

  const resend = useCallback(
    async ({ id }: Message, { evenIfUnconfirmed }: { evenIfUnconfirmed: boolean }) => {
      markResending(id, true);
      try {
        await mutateAsync({ id, evenIfUnconfirmed });
      } catch (error) {
        note(t("thread.actionFailed.retry"), error);
      } finally {
        markResending(id, false);
      }
    },
    [mutateAsync, markResending, note, t],
  );
  const fetchFile = useCallback(
    async (message: Message, attachment: Attachment) => {
      markFetching(attachment.id, true);
      try {
        await fetchAgain({ message, attachment });
      } catch (error) {
        note(t("content.fetchFailed"), error);
      } finally {
        markFetching(attachment.id, false);
      }
    },
    [fetchAgain, markFetching, note, t],
  );

  const actions = useMemo(
    () => ({
      resending,
      resend: (message: Message, options: { evenIfUnconfirmed: boolean }) => void resend(message, options),
      fetching,
      fetchFile: (message: Message, attachment: Attachment) => void fetchFile(message, attachment),
      retryUnsent: (clientId: string) => outbox.retry(clientId),
      editUnsent: (clientId: string) => {
        const entry = outbox.discard(clientId);
        if (entry) setRestored({ text: entry.text });
      },
      discardUnsent: (clientId: string) => void outbox.discard(clientId),
    }),
    [resending, resend, fetching, fetchFile, outbox],
  );
  return { actions, restored };
}

/** Those whose request is under way. */
function useBusy() {
  const [busy, setBusy] = useState<ReadonlySet<number>>(new Set());
  const mark = useCallback((id: number, isBusy: boolean) => {
    setBusy((current) => {
      const next = new Set(current);
      if (isBusy) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);
  return [busy, mark] as const;
}
