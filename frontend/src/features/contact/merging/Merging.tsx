import { useMe, useMergeProposals } from "@/api";

import { MergedLine } from "./MergedLine";
import { ProposalNotice } from "./ProposalNotice";

/** Whether this contact and another one may be one person, and with whom they were made one. */
export function Merging({ contactId }: { contactId: number }) {
  const { data: me } = useMe();
  const mayDecide = me?.permissions?.see_all ?? false;
  const { data: open = [] } = useMergeProposals("open", mayDecide);
  const { data: merged = [] } = useMergeProposals("merged", mayDecide);
  return (
    <>
      {open
        .filter(({ contact, other }) => contact.id === contactId || other.id === contactId)
        .map((proposal) => (
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
