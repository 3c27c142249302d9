import {
  IconAddressBook,
  IconAlertTriangle,
  IconClick,
  IconFile,
  IconMapPin,
  IconMicrophone,
  IconMoodSmile,
  IconPhoto,
  IconShoppingBag,
  IconSticker2,
  IconTemplate,
  IconVideo,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

import type { Conversation, LastMessage } from "@/api";
import { useTranslation } from "@/i18n";
import { useOutbox } from "@/realtime";
import { Ticks } from "@/ui";
import classes from "./Preview.module.css";
import { plain } from "./plain";

const KINDS = {
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
} satisfies Record<string, ComponentType>;

/** One line of what was said last: ours with its tick, what is not text with a sign of its kind. */
export function Preview({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const unsent = useOutbox(conversation.id).at(-1);
  const { last_message: last } = conversation;
  if (unsent) {
    return (
      <Line unread={false}>
        <Ticks status={unsent.state === "failed" ? "failed" : "queued"} />
        <Words>{plain(unsent.text)}</Words>
      </Line>
    );
  }
  if (!last) return <Line unread={false}>{t("list.row.noMessages")}</Line>;
  return (
    <Line unread={conversation.unread_count > 0}>
      {last.direction === "outbound" && last.status && <Ticks status={last.status} />}
      <Kind message={last} />
    </Line>
  );
}

function Line({ unread, children }: { unread: boolean; children: React.ReactNode }) {
  return (
    <span className={classes.preview} data-unread={unread || undefined}>
      {children}
    </span>
  );
}

function Words({ children }: { children: string }) {
  return (
    <span className={classes.words} dir="auto">
      {children}
    </span>
  );
}

function Kind({ message: { type, preview } }: { message: LastMessage }) {
  const { t } = useTranslation();
  if (type === "text") return <Words>{plain(preview)}</Words>;
  const known = type in KINDS ? (type as keyof typeof KINDS) : null;
  const Icon = known ? KINDS[known] : IconAlertTriangle;
  const kind = type === "system" ? "system" : (known ?? "other");
  return (
    <>
      <Icon size={16} stroke={1.75} className={classes.kind} aria-hidden />
      <Words>{plain(preview) || t(`list.kinds.${kind}`)}</Words>
    </>
  );
}
