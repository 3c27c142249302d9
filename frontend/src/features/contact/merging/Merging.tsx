import { useMe, useMergeProposals } from "@/api";

import { MergedLine } from "./MergedLine";
import { ProposalNotice } from "./ProposalNotice";
import { useProposals } from "./useProposals";

/** Whether this contact and another one may be one person, and with whom they were made one. */
export function Merging({ contactId }: { contactId: number }) {
  const { data: me } = useMe();
  const open = useProposals(contactId);
  const { data: merged = [] } = useMergeProposals("merged", me?.permissions?.see_all ?? false);
  return (
    <>
      {open.map((proposal) => (
        <ProposalNotice key={proposal.id} proposal={proposal} contactId={contactId} />
      ))}
      {merged
        .filter(({ kept }) => kept === contactId)
        .map((proposal) => (
          <MergedLine key={proposal.id} proposal={proposal} />
        ))}
    </>
  );
}
