import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUsers } from "@tabler/icons-react";

import { type MergeProposal, useConversation } from "@/api";
import { useTranslation } from "@/i18n";
import classes from "./Merging.module.css";
import { MergeDialog } from "./mergeDialogLater";
import { twinName, useProposals } from "./useProposals";

/** In one line what `ProposalNotice` says at length, for whoever does not see the contact's panel. */
export function MergeBar({ conversationId }: { conversationId: number }) {
  const { data: conversation } = useConversation(conversationId);
  const contactId = conversation?.contact.id;
  const proposals = useProposals(contactId);
  if (contactId === undefined) return null;
  return proposals.map((proposal) => <Bar key={proposal.id} proposal={proposal} contactId={contactId} />);
}

function Bar({ proposal, contactId }: { proposal: MergeProposal; contactId: number }) {
  const { t } = useTranslation();
  const [isAsked, question] = useDisclosure(false);
  const name = twinName(proposal, contactId, t("common.unnamed"));
  return (
    <section className={classes.bar} aria-label={t("contact.merge.label")}>
      <IconUsers size={18} stroke={1.75} aria-hidden />
      <span className={classes.barWords}>{t("contact.merge.looksLike", { name })}</span>
      <Button size="compact-sm" variant="default" onClick={question.open}>
        {t("contact.merge.review")}
      </Button>
      <MergeDialog proposal={proposal} opened={isAsked} onClose={question.close} />
    </section>
  );
}
