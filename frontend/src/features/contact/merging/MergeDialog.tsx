import { Button, Radio } from "@mantine/core";
import { useState } from "react";

import type { MergeProposal, ProposedContact } from "@/api";
import { useErrorText, useTranslation } from "@/i18n";
import { useDismissProposal, useMerge } from "@/realtime";
import { Avatar, fullTime, personHandle, personName, useZone } from "@/ui";
import { Dialog, DialogButtons, type DialogProps, DialogText } from "@/ui/dialog";

import classes from "./Merging.module.css";
import { useMergedNote } from "./useMergedNote";
import { bothNames } from "./useProposals";
import { useReason } from "./useReason";

interface Props extends DialogProps {
  proposal: MergeProposal;
}

/** Both contacts side by side: which one stays, or that they are two people. */
export default function MergeDialog({ proposal, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("contact.merge.title")} width={520}>
      <Choice proposal={proposal} onDone={onClose} />
    </Dialog>
  );
}

function Choice({ proposal, onDone }: { proposal: MergeProposal; onDone: () => void }) {
  const { t } = useTranslation();
  const reason = useReason();
  const errorText = useErrorText();
  const tell = useMergedNote();
  const [keep, setKeep] = useState(proposal.contact.id);
  const merge = useMerge({
    onSuccess: (merged) => {
      onDone();
      tell(merged);
    },
  });
  const dismiss = useDismissProposal({ onSuccess: onDone });
  const isBusy = merge.isPending || dismiss.isPending;
  const error = merge.error ?? dismiss.error;
  const { contact, other } = proposal;
  const [kept, lost] = bothNames(
    keep === contact.id ? [contact, other] : [other, contact],
    t("common.unnamed"),
  );
  return (
    <>
      <DialogText>{reason(proposal)}</DialogText>
      <Radio.Group
        value={String(keep)}
        onChange={(id) => setKeep(Number(id))}
        label={t("contact.merge.which")}
        classNames={{ label: classes.which }}
      >
        <div className={classes.pair}>
          {[contact, other].map((person) => (
            <PersonCard key={person.id} person={person} />
          ))}
        </div>
      </Radio.Group>
      <DialogText role="status">{t("contact.merge.outcome", { lost, kept })}</DialogText>
      {error && (
        <p className={classes.error} role="alert">
          {errorText(error)}
        </p>
      )}
      <DialogButtons>
        <Button
          className={classes.dismiss}
          variant="subtle"
          color="gray"
          disabled={isBusy}
          loading={dismiss.isPending}
          onClick={() => dismiss.mutate(proposal.id)}
        >
          {t("contact.merge.dismiss")}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t("common.cancel")}
        </Button>
        <Button
          disabled={isBusy}
          loading={merge.isPending}
          onClick={() => merge.mutate({ id: proposal.id, keep })}
        >
          {t("contact.merge.merge")}
        </Button>
      </DialogButtons>
    </>
  );
}

function PersonCard({ person }: { person: ProposedContact }) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const { id, name, profile_name: profile, username, created_at: since } = person;
  const shown = personName(person, t("common.unnamed"));
  const handle = personHandle(person);
  const lines = [
    handle !== shown && handle,
    person.phone && username && `@${username}`,
    profile !== shown && profile,
  ].filter(Boolean);
  return (
    <Radio.Card value={String(id)} className={classes.person} aria-label={shown}>
      <Radio.Indicator />
      <Avatar name={name} seed={id} size={36} />
      <span className={classes.facts}>
        <span className={classes.name} dir="auto">
          {shown}
        </span>
        {lines.map((line) => (
          <bdi key={String(line)}>{line}</bdi>
        ))}
        {handle === null && <span>{t("contact.merge.noNumber")}</span>}
        <span className="tabular">
          {t("contact.merge.since", { time: fullTime(since, i18n.language, timeZone) })}
        </span>
      </span>
    </Radio.Card>
  );
}
