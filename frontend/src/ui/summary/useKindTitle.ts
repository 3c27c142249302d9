import { useCallback } from "react";

import { type Texts, useTranslation } from "@/i18n";

type Known = keyof Texts["media"]["kinds"];

/** The name of a kind of message; one that is new to us keeps WhatsApp's own name. */
export function useKindTitle() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (kind: string, rawType: string | null = null): string => {
      if (kind !== "unknown" && kind !== "other" && i18n.exists(`media.kinds.${kind}`))
        return t(`media.kinds.${kind as Exclude<Known, "other">}`);
      const own = rawType ?? (kind === "unknown" ? null : kind);
      return own ? t("media.kinds.other", { type: own }) : t("media.kinds.unknown");
    },
    [t, i18n],
  );
}
