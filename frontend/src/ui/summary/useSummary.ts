import { IconBan } from "@tabler/icons-react";
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
  /** Spoken into the phone, and no song. */
  isVoice?: boolean;
  durationMs?: number | null;
  fileName?: string;
  isDeleted?: boolean;
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
        return { icon: null, iconLabel: "", words: own, isQuiet: false };
      }
      return { icon: kindIcon(kind), iconLabel: own ? title : "", words: own || title, isQuiet: false };
    },
    [t, kindTitle],
  );
}

function kindOf({ type, isVoice }: Summarised): string {
  return type === "audio" && isVoice ? "voice" : type;
}

/** `0:12` for a voice note, the name of a document or song, else what was written with it. */
function ownWords({ type, text, isVoice, durationMs, fileName }: Summarised): string {
  const words = plain(text);
  const name = isVoice ? "" : fileName;
  if (type === "audio" && !name && durationMs) return duration(durationMs);
  return type === "document" || type === "audio" ? name || words : words;
}
