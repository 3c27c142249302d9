import {
  IconAddressBook,
  IconClick,
  IconFile,
  IconMapPin,
  IconMessageQuestion,
  IconMicrophone,
  IconMoodSmile,
  IconPhoto,
  IconShoppingBag,
  IconSticker2,
  IconTemplate,
  IconVideo,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";

import classes from "./KindSign.module.css";
import { useKindTitle } from "./useKindTitle";

type Icon = ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;

const ICONS: Record<string, Icon> = {
  image: IconPhoto,
  video: IconVideo,
  audio: IconMicrophone,
  document: IconFile,
  sticker: IconSticker2,
  location: IconMapPin,
  contacts: IconAddressBook,
  button: IconClick,
  interactive: IconClick,
  reaction: IconMoodSmile,
  order: IconShoppingBag,
  template: IconTemplate,
};

// Their words are all there is to them: a small sign is enough.
const WORDS_SUFFICE = new Set(["button", "interactive", "reaction", "template"]);

export function showsOnlyText({ type, text }: Message): boolean {
  return type === "text" && text !== "";
}

/** What kind a message is of when it is not plain text, and honestly that it cannot be shown yet. */
export function KindSign({ message }: { message: Message }) {
  const { t } = useTranslation();
  const kindTitle = useKindTitle();
  const { type, raw_type: rawType, text } = message;
  if (type === "text") return null;
  const Icon = ICONS[type] ?? IconMessageQuestion;
  const title = kindTitle(type, rawType);
  if (WORDS_SUFFICE.has(type) && text !== "") {
    return (
      <span className={classes.sign}>
        <Icon size={13} stroke={1.75} aria-hidden />
        {title}
      </span>
    );
  }
  return (
    <div className={classes.card}>
      <span className={classes.icon}>
        <Icon size={20} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <span className={classes.title}>{title}</span>
        <span className={classes.note}>
          {type === "unsupported" ? t("thread.notDelivered") : t("thread.notShownYet")}
        </span>
      </span>
    </div>
  );
}
