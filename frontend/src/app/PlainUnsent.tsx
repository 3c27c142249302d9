import { useEffect, useRef } from "react";

import { useTranslation } from "@/i18n";

import type { Props } from "./UnsentDialog";

/** The question of the dialog, asked by the browser: who has unsent messages may have no network to fetch it by. */
export function PlainUnsent({ opened, count, onClose, onLeave }: Props) {
  const { t } = useTranslation();
  const ask = useRef(() => {});
  useEffect(() => {
    ask.current = () => {
      const words = [t("shell.unsent.title"), t("shell.unsent.text", { count }), t("shell.unsent.sure")];
      const isSure = window.confirm(words.join("\n\n"));
      onClose();
      if (isSure) onLeave();
    };
  });
  useEffect(() => {
    if (opened) ask.current();
  }, [opened]);
  return null;
}
