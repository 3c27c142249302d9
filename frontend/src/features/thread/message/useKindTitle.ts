import { useCallback } from "react";

import { useTranslation } from "@/i18n";

/** The name of a kind of message; one that is new to us keeps WhatsApp's own name. */
export function useKindTitle() {
  const { t } = useTranslation();
  return useCallback(
    (type: string, rawType: string | null): string => {
      switch (type) {
        case "image":
        case "video":
        case "audio":
        case "document":
        case "sticker":
        case "location":
        case "contacts":
        case "button":
        case "interactive":
        case "reaction":
        case "order":
        case "template":
        case "unsupported":
          return t(`thread.kinds.${type}`);
        default: {
          const own = rawType ?? (type === "unknown" ? null : type);
          return own ? t("thread.kinds.other", { type: own }) : t("thread.kinds.unknown");
        }
      }
    },
    [t],
  );
}
