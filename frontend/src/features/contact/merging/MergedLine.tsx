import { IconArrowMerge } from "@tabler/icons-react";

import type { MergeProposal } from "@/api";
import { useTranslation } from "@/i18n";
import { fullTime, useZone } from "@/ui";

import classes from "./Merging.module.css";
import { keptAndLost } from "./sides";
import { useUndo } from "./useMergedNote";
import { bothNames } from "./useProposals";

/** Who has become part of this contact, and the way back. */
export function MergedLine({ proposal }: { proposal: MergeProposal }) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const undo = useUndo();
  const [, name] = bothNames(keptAndLost(proposal), t("common.unnamed"));
  const time = fullTime(proposal.decided_at ?? proposal.created_at, i18n.language, timeZone);
  return (
    <p className={classes.merged}>
      <IconArrowMerge size={17} stroke={1.75} aria-hidden />
      <span>
        {t("contact.merge.mergedLine", { name, time })}{" "}
        <button
          type="button"
          className={classes.undo}
          disabled={undo.isPending}
          onClick={() => undo.mutate(proposal.id)}
        >
          {t("contact.merge.undo")}
        </button>
      </span>
    </p>
  );
}
