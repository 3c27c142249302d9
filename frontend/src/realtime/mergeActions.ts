import { useMutation } from "@tanstack/react-query";

import { type MergeProposal, useClient } from "@/api";

import { useRealtime } from "./context";

interface Ends {
  onSuccess?: (proposal: MergeProposal) => void;
  onError?: (error: unknown) => void;
}

/** What becomes of a proposal is also told as an event; the answer is shown without waiting for that. */
function useDecision<V>(decide: (input: V) => Promise<MergeProposal>, { onSuccess, onError }: Ends) {
  const { cache } = useRealtime();
  return useMutation({
    mutationFn: decide,
    onSuccess: (proposal: MergeProposal) => {
      cache.showProposal(proposal);
      onSuccess?.(proposal);
    },
    onError,
  });
}

/** Let one contact become part of another one. */
export function useMerge(ends: Ends = {}) {
  const client = useClient();
  return useDecision(
    ({ id, keep }: { id: number; keep: number }) =>
      client.post<MergeProposal>(`/merge-proposals/${id}/acceptance`, { keep }),
    ends,
  );
}

/** Say that the two are two people; nobody is asked about them again. */
export function useDismissProposal(ends: Ends = {}) {
  const client = useClient();
  return useDecision((id: number) => client.post<MergeProposal>(`/merge-proposals/${id}/dismissal`), ends);
}

/** Make two contacts of one again. */
export function useUndoMerge(ends: Ends = {}) {
  const client = useClient();
  return useDecision((id: number) => client.delete<MergeProposal>(`/merge-proposals/${id}/acceptance`), ends);
}
