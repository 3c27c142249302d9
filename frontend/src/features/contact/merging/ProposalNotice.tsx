import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUsers } from "@tabler/icons-react";

import type { MergeProposal } from "@/api";
import { useTranslation } from "@/i18n";
import classes from "./Merging.module.css";
import { MergeDialog } from "./mergeDialogLater";
import { twinName } from "./useProposals";
import { useReason } from "./useReason";

/** «Parece ser la misma persona»: on both of the two, until somebody has decided. */
export function ProposalNotice({ proposal, contactId }: { proposal: MergeProposal; contactId: number }) {
  const { t } = useTranslation();
  const reason = useReason();
  const [isAsked, question] = useDisclosure(false);
  const name = twinName(proposal, contactId, t("common.unnamed"));
  return (
    <section className={classes.notice} aria-label={t("contact.merge.label")}>
      <IconUsers size={18} stroke={1.75} aria-hidden />
      <div className={classes.words}>
        <strong>{t("contact.merge.looksLike", { name })}</strong>
        <span>{reason(proposal)}</span>
        <Button className={classes.review} size="xs" variant="default" onClick={question.open}>
          {t("contact.merge.review")}
        </Button>
      </div>
      <MergeDialog proposal={proposal} opened={isAsked} onClose={question.close} />
    </section>
  );
}
