import { useCallback } from "react";

import { useTranslation } from "@/i18n";
import { es } from "@/i18n/es";

type Known = keyof typeof es.media.kinds;

/** The name of a kind of message; one that is new to us keeps WhatsApp's own name. */
export function useKindTitle() {
  const { t } = useTranslation();
  return useCallback(
    (kind: string, rawType: string | null = null): string => {
      if (Object.hasOwn(es.media.kinds, kind) && kind !== "unknown" && kind !== "other")
        return t(`media.kinds.${kind as Exclude<Known, "other">}`);
      const own = rawType ?? (kind === "unknown" ? null : kind);
      return own ? t("media.kinds.other", { type: own }) : t("media.kinds.unknown");
    },
    [t],
  );
}
