import { IconBan, IconSparkles } from "@tabler/icons-react";
import { memo, useMemo } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { Ticks } from "@/ui";

import { Content } from "../content/Content";
import { type Frame, frameOf } from "../content/frame";
import { type Shown, shownAs, wordsOf } from "../content/shown";
import { largeEmojiCount } from "../format/emoji";
import { FormattedText } from "../format/FormattedText";
import { Reactions } from "../reactions/Reactions";
import { useLongPress } from "../reactions/useLongPress";
import { useMessageActions } from "./actions";
import classes from "./Bubble.module.css";
import { Edited } from "./Edited";
import { Late } from "./Late";
import { MessageTime } from "./MessageTime";
import { Quote } from "./Quote";
import { ReferralCard } from "./ReferralCard";
import { RowButtons } from "./RowButtons";
import { Signs } from "./Signs";
import { Trouble } from "./Trouble";

interface Props {
  message: Message;
  isFirst: boolean;
}

/** One message: who, what it answers, what it says, when, and how far it has come. */
export const Bubble = memo(function Bubble({ message, isFirst }: Props) {
  const { openReactions } = useMessageActions();
  const shown = useMemo(() => shownAs(message), [message]);
  const press = useLongPress((bubble) => openReactions(message.id, bubble, true));
  const isOurs = message.direction === "outbound";
  const words = wordsOf(message, shown);
  const frame = frameOf(shown);
  return (
    <div className={classes.line} data-side={isOurs ? "out" : "in"}>
      <div className={classes.column}>
        <div
          className={classes.bubble}
          data-voice={message.author.kind}
          data-frame={frame}
          data-tail={(isFirst && frame !== "bare") || undefined}
          data-flash
          {...press}
        >
          <Head message={message} isFirst={isFirst} />
          <Content message={message} shown={shown} />
          <Body message={message} shown={shown} words={words} frame={frame} />
        </div>
        <Reactions message={message} />
        {isOurs && <Trouble message={message} />}
      </div>
      <RowButtons message={message} />
    </div>
  );
});

/** What stands above the content; nothing at all for most messages. */
function Head({ message, isFirst }: { message: Message; isFirst: boolean }) {
  const { reply_to: quoted, referral, deleted_at: isDeleted } = message;
  return (
    <div className={classes.head}>
      {isFirst && <AuthorName message={message} />}
      <Signs message={message} />
      {referral && !isDeleted && <ReferralCard referral={referral} />}
      {quoted && !isDeleted && <Quote quoted={quoted} />}
    </div>
  );
}

interface BodyProps {
  message: Message;
  shown: Shown;
  words: string;
  frame: Frame;
}

function Body({ message, shown, words, frame }: BodyProps) {
  const emoji = shown.as === "text" ? largeEmojiCount(words) : 0;
  const isOver = frame === "media" && words === "";
  const note = shown.as === "choice" ? shown.choice.description : "";
  return (
    <div
      className={classes.body}
      dir="auto"
      data-emoji={emoji || undefined}
      data-empty={(words === "" && shown.as !== "deleted") || undefined}
      data-over={isOver || undefined}
    >
      {shown.as === "deleted" && <Deleted />}
      {words && <FormattedText text={words} />}
      {note && <span className={classes.note}>{note}</span>}
      <span className={classes.meta}>
        {message.edited_at && !message.deleted_at && <Edited message={message} />}
        {message.is_late && <Late message={message} />}
        <MessageTime message={message} />
        {message.direction === "outbound" && message.status && <Ticks status={message.status} />}
      </span>
    </div>
  );
}

function Deleted() {
  const { t } = useTranslation();
  return (
    <span className={classes.deleted}>
      <IconBan size={15} stroke={1.75} aria-hidden />
      {t("media.deleted")}
    </span>
  );
}

/** Who wrote for us: colleagues, the assistant and programs are named, one's own messages are not. */
function AuthorName({ message: { author, direction, origin } }: { message: Message }) {
  const { t } = useTranslation();
  const { viewerId } = useMessageActions();
  if (direction === "inbound" || (author.kind === "member" && author.id === viewerId)) return null;
  // Where it was written is said beside; nobody knows by whom.
  if (origin === "phone") return null;
  const isPerson = author.kind === "member" || author.kind === "contact";
  const name = isPerson ? author.name : t(`thread.from.${author.kind as "assistant" | "api" | "system"}`);
  return (
    <span className={classes.author} dir="auto">
      {author.kind === "assistant" && <IconSparkles size={13} stroke={2} aria-hidden />}
      {name}
      {author.kind === "api" && author.name && author.name !== name && ` · ${author.name}`}
    </span>
  );
}
