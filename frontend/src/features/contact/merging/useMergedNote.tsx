import { notifications } from "@mantine/notifications";
import { useCallback } from "react";

import type { MergeProposal } from "@/api";
import { useErrorText, useTranslation } from "@/i18n";
import { useUndoMerge } from "@/realtime";

import classes from "./Merging.module.css";
import { keptAndLost } from "./sides";
import { bothNames } from "./useProposals";

const noteOf = ({ id }: MergeProposal) => `merged-${id}`;

/** Tell that two contacts have become one, with the way back. */
export function useMergedNote(): (proposal: MergeProposal) => void {
  const { t } = useTranslation();
  const undo = useUndo();
  return useCallback(
    (proposal: MergeProposal) => {
      const id = noteOf(proposal);
      const [kept, lost] = bothNames(keptAndLost(proposal), t("common.unnamed"));
      notifications.show({
        id,
        color: "teal",
        autoClose: false,
        title: t("contact.merge.merged"),
        message: (
          <>
            {t("contact.merge.mergedInto", { lost, kept })}{" "}
            <button
              type="button"
              className={classes.undo}
              onClick={() => {
                notifications.hide(id);
                undo.mutate(proposal.id);
              }}
            >
              {t("contact.merge.undo")}
            </button>
          </>
        ),
      });
    },
    [t, undo.mutate],
  );
}

/** Take a merge back; what comes of it is told in the corner, as the button may be gone by then. */
export function useUndo() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return useUndoMerge({
    onSuccess: (proposal) => {
      notifications.hide(noteOf(proposal));
      notifications.show({ color: "teal", message: t("contact.merge.undone") });
    },
    onError: (error) =>
      notifications.show({ color: "red", title: t("contact.merge.undoFailed"), message: errorText(error) }),
  });
}
