import { useCallback } from "react";

import type { MergeProposal } from "@/api";
import { useTranslation } from "@/i18n";

const REASONS = ["identity_clash", "number_changed", "user_id_changed"] as const;

/** Why two contacts may be one person; nothing to say of a reason that is new to us. */
export function useReason(): (proposal: MergeProposal) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ reason }: MergeProposal) => {
      const known = REASONS.find((one) => one === reason);
      return known ? t(`contact.merge.reasons.${known}`) : "";
    },
    [t],
  );
}
