import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, NetworkError } from "@/api";

import { es } from "./es";

type ErrorCode = keyof typeof es.common.errors;

/** Words for an error: our own by its code, the server's own sentence for a code that is new to us. */
export function useErrorText() {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown): string => {
      if (error instanceof NetworkError) return t("common.errors.network");
      if (!(error instanceof ApiError)) return t("common.errors.unexpected");
      if (error.code in es.common.errors) return t(`common.errors.${error.code as ErrorCode}`);
      return error.message || t("common.errors.unexpected");
    },
    [t],
  );
}
