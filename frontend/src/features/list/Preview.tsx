import type { Conversation, LastMessage } from "@/api";
import { useTranslation } from "@/i18n";
import { type OutboxEntry, useOutbox } from "@/realtime";
import { Ticks } from "@/ui";
import { type Summarised, useSummary } from "@/ui/summary";

import classes from "./Preview.module.css";

/** One line of what was said last: ours with its tick, what is not text with a sign of its kind. */
export function Preview({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const unsent = useOutbox(conversation.id).at(-1);
  const { last_message: last } = conversation;
  if (unsent) {
    return (
      <Line unread={false}>
        <Ticks status={unsent.state === "failed" ? "failed" : "queued"} />
        <Words message={ofUnsent(unsent)} />
      </Line>
    );
  }
  if (!last) return <Line unread={false}>{t("list.row.noMessages")}</Line>;
  const showsTick = last.direction === "outbound" && last.status && !last.deleted_at && !last.reaction;
  return (
    <Line unread={conversation.unread_count > 0}>
      {showsTick && last.status && <Ticks status={last.status} />}
      <Words message={ofLast(last)} />
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

function Words({ message }: { message: Summarised }) {
  const { icon: Icon, iconLabel, words, isQuiet } = useSummary()(message);
  return (
    <>
      {Icon && (
        <span className={classes.kind} {...(iconLabel && { role: "img", "aria-label": iconLabel })}>
          <Icon size={16} stroke={1.75} aria-hidden />
        </span>
      )}
      <span className={`${classes.words} tabular`} data-quiet={isQuiet || undefined} dir="auto">
        {words}
      </span>
    </>
  );
}

function ofLast(last: LastMessage): Summarised {
  return {
    type: last.type,
    rawType: last.raw_type,
    isVoice: last.is_voice,
    text: last.preview,
    durationMs: last.duration_ms,
    fileName: last.file_name,
    isDeleted: Boolean(last.deleted_at),
    reaction: last.reaction,
  };
}

function ofUnsent({ text, media }: OutboxEntry): Summarised {
  if (!media) return { type: "text", text };
  const { kind, duration_ms, file_name, is_voice } = media.attachment;
  return { type: kind, text, isVoice: is_voice, durationMs: duration_ms, fileName: file_name };
}
