import type { Message } from "@/api";
import { useTranslation } from "@/i18n";

import { plain } from "../format/parse";
import classes from "./marks.module.css";

/** What WhatsApp says about the conversation itself. */
export function SystemLine({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <p className={classes.system} dir="auto">
      {plain(message.text) || t("thread.systemLine")}
    </p>
  );
}
