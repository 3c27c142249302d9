import { useCallback } from "react";

import { useTranslation } from "@/i18n";

import { byteSize } from "./format";

/** `1,2 MB` in the reader's language. */
export function useFileSize(): (bytes: number) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (bytes: number) => {
      const { unit, size } = byteSize(bytes, i18n.language);
      return t(`media.bytes.${unit}`, { size });
    },
    [t, i18n.language],
  );
}
