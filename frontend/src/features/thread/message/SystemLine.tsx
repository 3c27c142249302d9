import { IconInfoCircle } from "@tabler/icons-react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { readablePhone } from "@/ui";

import { contentOf, text } from "../content/read";
import { plain } from "../format/parse";
import classes from "./marks.module.css";

/** What WhatsApp says about the conversation itself. */
export function SystemLine({ message }: { message: Message }) {
  const words = useSystemWords(message);
  return (
    <p className={classes.system} dir="auto">
      <span>
        <IconInfoCircle size={13} stroke={1.75} aria-hidden className={classes.systemIcon} /> {words}
      </span>
    </p>
  );
}

function useSystemWords(message: Message): string {
  const { t } = useTranslation();
  const content = contentOf(message);
  const [from, to] = [text(content.from), text(content.to)].map(readablePhone);
  switch (content.kind) {
    case "number_changed":
      if (from && to) return t("content.system.number_changed", { from, to });
      if (to) return t("content.system.number_changed_to", { to });
      break;
    case "user_id_changed":
      return t("content.system.user_id_changed");
    case "identity_changed":
      return t("content.system.identity_changed");
  }
  return plain(message.text) || t("thread.systemLine");
}
