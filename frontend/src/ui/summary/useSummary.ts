import { IconBan, IconPencil } from "@tabler/icons-react";
import { useCallback } from "react";

import type { Reaction } from "@/api";
import { useTranslation } from "@/i18n";

import { duration } from "../media/format";
import { plain } from "../plain";
import { type IconType, kindIcon } from "./kindIcon";
import { useKindTitle } from "./useKindTitle";

/** What there is to say of a message in one line. */
export interface Summarised {
  type: string;
  rawType?: string | null;
  text: string;
  durationMs?: number | null;
  fileName?: string;
  isDeleted?: boolean;
  isEdited?: boolean;
  reaction?: Pick<Reaction, "side" | "emoji"> | null;
}

export interface Summary {
  icon: IconType | null;
  /** What the icon says to those who do not see it; empty when the words say it. */
  iconLabel: string;
  words: string;
  /** Said by us, of a message that is gone. */
  isQuiet: boolean;
}

/** One line that stands for a message: in the list, in quotes, and read aloud. */
export function useSummary(): (message: Summarised) => Summary {
  const { t } = useTranslation();
  const kindTitle = useKindTitle();
  return useCallback(
    (message) => {
      const { type, rawType = null, reaction } = message;
      if (message.isDeleted)
        return { icon: IconBan, iconLabel: "", words: t("media.deleted"), isQuiet: true };
      const kind = kindOf(message);
      const title = kindTitle(kind, rawType);
      const own = ownWords(message);
      if (reaction) {
        const key = reaction.side === "us" ? "media.reactedOurs" : "media.reacted";
        const words = t(key, { emoji: reaction.emoji, text: own || title });
        return { icon: kindIcon("reaction"), iconLabel: "", words, isQuiet: false };
      }
      if (type === "text") {
        const edited = message.isEdited ? { icon: IconPencil, iconLabel: t("media.edited") } : null;
        return { icon: null, iconLabel: "", ...edited, words: own, isQuiet: false };
      }
      return { icon: kindIcon(kind), iconLabel: own ? title : "", words: own || title, isQuiet: false };
    },
    [t, kindTitle],
  );
}

/** A sound without a name was spoken into the phone. */
function kindOf({ type, fileName }: Summarised): string {
  return type === "audio" && !fileName ? "voice" : type;
}

/** `0:12` for a voice note, the name of a document, else what was written with it. */
function ownWords({ type, text, durationMs, fileName }: Summarised): string {
  const words = plain(text);
  if (type === "audio" && !fileName && durationMs) return duration(durationMs);
  if (type === "document" || type === "audio") return fileName || words;
  return words;
}
