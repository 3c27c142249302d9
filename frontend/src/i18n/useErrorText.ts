import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, NetworkError } from "@/api";

import type { Texts } from "./texts";

type ErrorCode = keyof Texts["common"]["errors"];

/** Words for an error: our own by its code, the server's own sentence for a code that is new to us. */
export function useErrorText() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown): string => {
      if (error instanceof NetworkError) return t("common.errors.network");
      if (!(error instanceof ApiError)) return t("common.errors.unexpected");
      if (i18n.exists(`common.errors.${error.code}`)) return t(`common.errors.${error.code as ErrorCode}`);
      return error.message || t("common.errors.unexpected");
    },
    [t, i18n],
  );
}
