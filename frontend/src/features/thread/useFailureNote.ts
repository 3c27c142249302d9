import { notifications } from "@mantine/notifications";
import { useCallback } from "react";

import { ApiError } from "@/api";
import { useErrorText, useTranslation } from "@/i18n";

/** Tell in the corner of the screen what did not work and why; who was quicker is named. */
export function useFailureNote() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return useCallback(
    (title: string, error: unknown) => {
      const taker =
        error instanceof ApiError && error.code === "already_assigned" ? nameOf(error.details.assignee) : "";
      const message = taker ? t("thread.actionFailed.taken", { name: taker }) : errorText(error);
      notifications.show({ color: "red", title, message });
    },
    [t, errorText],
  );
}

function nameOf(assignee: unknown): string {
  if (typeof assignee === "string") return assignee;
  if (typeof assignee !== "object" || assignee === null || !("name" in assignee)) return "";
  return typeof assignee.name === "string" ? assignee.name : "";
}
