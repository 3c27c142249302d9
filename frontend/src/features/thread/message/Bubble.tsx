import { IconSparkles } from "@tabler/icons-react";
import { memo } from "react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { Ticks } from "@/ui";

import { largeEmojiCount } from "../format/emoji";
import { FormattedText } from "../format/FormattedText";
import { useMessageActions } from "./actions";
import classes from "./Bubble.module.css";
import { KindSign, showsOnlyText } from "./KindSign";
import { Late } from "./Late";
import { MessageTime } from "./MessageTime";
import { Quote } from "./Quote";
import { ReplyButton } from "./ReplyButton";
import { Trouble } from "./Trouble";

interface Props {
  message: Message;
  isFirst: boolean;
  isActive: boolean;
}

/** One message: who, what it answers, what it says, when, and how far it has come. */
export const Bubble = memo(function Bubble({ message, isFirst, isActive }: Props) {
  const { direction, status, text, reply_to: quoted } = message;
  const isOurs = direction === "outbound";
  const emoji = showsOnlyText(message) ? largeEmojiCount(text) : 0;
  return (
    <div className={classes.line} data-side={isOurs ? "out" : "in"}>
      <div className={classes.column}>
        <div
          className={classes.bubble}
          data-voice={message.author.kind}
          data-tail={isFirst || undefined}
          data-flash
        >
          {isFirst && <AuthorName message={message} />}
          {quoted && <Quote quoted={quoted} />}
          <KindSign message={message} />
          <div
            className={classes.body}
            dir="auto"
            data-emoji={emoji || undefined}
            data-empty={text === "" || undefined}
          >
            {text && <FormattedText text={text} />}
            <span className={classes.meta}>
              {message.is_late && <Late message={message} />}
              <MessageTime message={message} />
              {isOurs && status && <Ticks status={status} />}
            </span>
          </div>
        </div>
        {isOurs && <Trouble message={message} />}
      </div>
      <ReplyButton message={message} isActive={isActive} />
    </div>
  );
});

/** Who wrote for us: colleagues, the assistant and programs are named, one's own messages are not. */
function AuthorName({ message: { author, direction } }: { message: Message }) {
  const { t } = useTranslation();
  const { viewerId } = useMessageActions();
  if (direction === "inbound" || (author.kind === "member" && author.id === viewerId)) return null;
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
