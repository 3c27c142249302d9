import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import { IconSend2 } from "@tabler/icons-react";
import { type ChangeEvent, type KeyboardEvent, useEffect, useRef } from "react";

import type { ReplyReference } from "@/api";
import { useTranslation } from "@/i18n";
import { useAnnounceTyping, useOutboxActions } from "@/realtime";

import classes from "./Composer.module.css";
import { Counter } from "./Counter";
import { EmojiButton } from "./EmojiButton";
import { giveBack, insertAt } from "./model/insert";
import { meaning } from "./model/keys";
import { lettersLeft } from "./model/length";
import { QuoteLine } from "./QuoteLine";
import { useDraft } from "./useDraft";
import { useFocusOnOpening } from "./useFocusOnOpening";

interface Props {
  conversationId: number;
  memberId: number | null;
  replyTo: ReplyReference | null;
  onCancelReply?: () => void;
  restored: { text: string } | null;
}

/** The box itself: text, emoji, send. Sending never waits for the network: the outbox takes it from here. */
export function MessageBox({ conversationId, memberId, replyTo, onCancelReply, restored }: Props) {
  const { t } = useTranslation();
  const outbox = useOutboxActions();
  const announceTyping = useAnnounceTyping(conversationId);
  const draft = useDraft(conversationId, memberId);
  const input = useRef<HTMLTextAreaElement>(null);
  const left = lettersLeft(draft.text);
  const maySend = draft.text.trim() !== "" && (left === null || left >= 0);

  useFocusOnOpening(input);
  useTakeBack(restored, (text) => draft.change(giveBack(text, draft.text)), input);
  useEffect(() => {
    if (replyTo !== null) input.current?.focus();
  }, [replyTo]);

  const submit = () => {
    if (!maySend) return;
    outbox.send({ conversationId, text: draft.text.trim(), replyTo });
    draft.clear();
    onCancelReply?.();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey, keyCode } = event;
    const { isComposing } = event.nativeEvent;
    const wish = meaning({ key, shiftKey, ctrlKey, metaKey, altKey, keyCode, isComposing });
    if (wish === "send") {
      event.preventDefault();
      submit();
    }
    if (wish === "cancel" && replyTo !== null) {
      event.stopPropagation();
      onCancelReply?.();
    }
  };
  const onChange = (event: ChangeEvent<HTMLTextAreaElement>) => {
    draft.change(event.currentTarget.value);
    if (event.currentTarget.value !== "") announceTyping();
  };
  const insert = (piece: string) => {
    const element = input.current;
    const start = element?.selectionStart ?? draft.text.length;
    const { text, caret } = insertAt(draft.text, piece, start, element?.selectionEnd ?? start);
    draft.change(text);
    announceTyping();
    // After React has written the new text, or the caret would jump to its end.
    requestAnimationFrame(() => element?.setSelectionRange(caret, caret));
  };

  return (
    <div className={classes.frame}>
      {replyTo && <QuoteLine quoted={replyTo} onCancel={() => onCancelReply?.()} />}
      <div className={classes.row}>
        <EmojiButton onPick={insert} onClosed={() => input.current?.focus()} />
        <Textarea
          ref={input}
          className={classes.input}
          classNames={{ input: classes.textarea }}
          variant="unstyled"
          autosize
          minRows={1}
          maxRows={8}
          dir="auto"
          value={draft.text}
          placeholder={t("composer.placeholder")}
          aria-label={t("composer.label")}
          enterKeyHint="send"
          onChange={onChange}
          onKeyDown={onKeyDown}
        />
        <Tooltip label={t("composer.sendHint")}>
          <ActionIcon
            className={classes.send}
            variant="filled"
            color="teal"
            radius="md"
            aria-label={t("composer.send")}
            aria-disabled={!maySend}
            data-disabled={!maySend || undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={submit}
          >
            <IconSend2 size={18} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      {left !== null && <Counter left={left} />}
    </div>
  );
}

// What was taken back once is not taken again by a box that is mounted anew.
const taken = new WeakSet<object>();

/** A text that comes back from the outbox is put into the box, ready to be mended. */
function useTakeBack(
  restored: { text: string } | null,
  put: (text: string) => void,
  input: { current: HTMLTextAreaElement | null },
) {
  useEffect(() => {
    if (restored === null || taken.has(restored)) return;
    taken.add(restored);
    put(restored.text);
    input.current?.focus();
  });
}
