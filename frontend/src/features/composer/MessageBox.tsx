import { ActionIcon, Button, Loader, Textarea, Tooltip } from "@mantine/core";
import { IconSend2 } from "@tabler/icons-react";
import {
  type ChangeEvent,
  type ClipboardEvent,
  type KeyboardEvent,
  Suspense,
  useEffect,
  useRef,
  useState,
} from "react";

import type { ReplyTarget } from "@/api";
import { useTranslation } from "@/i18n";
import { useAnnounceTyping } from "@/realtime";
import { later } from "@/ui";

import { AttachButtons } from "./AttachButtons";
import classes from "./Composer.module.css";
import { Counter } from "./Counter";
import { EmojiButton } from "./EmojiButton";
import { giveBack, insertAt } from "./model/insert";
import { meaning } from "./model/keys";
import { LONGEST, LONGEST_CAPTION, lettersLeft } from "./model/length";
import { QuoteLine } from "./QuoteLine";
import { TrayPanel } from "./tray/TrayPanel";
import { useFocusOnOpening } from "./useFocusOnOpening";
import { useOnce } from "./useOnce";
import { useWriting } from "./useWriting";

const VoiceRecorder = later(() => import("./voice/VoiceRecorder"));

interface Props {
  conversationId: number;
  memberId: number | null;
  replyTo: ReplyTarget | null;
  onCancelReply?: () => void;
  restored: { text: string } | null;
  dropped: { files: File[] } | null;
}

/** The box itself: text, files, voice. Sending never waits for the network: the outbox takes it from here. */
export function MessageBox({ conversationId, memberId, replyTo, onCancelReply, restored, dropped }: Props) {
  const { t } = useTranslation();
  const announceTyping = useAnnounceTyping(conversationId);
  const writing = useWriting({ conversationId, memberId, replyTo });
  const { text, change, captionOf, tray } = writing;
  const [isRecording, setRecording] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const left = lettersLeft(text, captionOf ? LONGEST_CAPTION : LONGEST);
  const maySend = (text.trim() !== "" || tray.items.length > 0) && (left === null || left >= 0);
  const focus = () => input.current?.focus();

  useFocusOnOpening(input);
  useOnce(restored, (back) => {
    change(giveBack(back.text, text));
    focus();
  });
  useOnce(dropped, ({ files }) => {
    writing.addFiles(files, null);
    focus();
  });
  useEffect(() => {
    if (replyTo !== null) input.current?.focus();
  }, [replyTo]);

  const submit = () => {
    if (!maySend) return;
    writing.send();
    onCancelReply?.();
    focus();
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
    change(event.currentTarget.value);
    if (event.currentTarget.value !== "") announceTyping();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    // Office programs put a picture of the words beside the words: those are meant.
    if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    writing.addFiles(files, null);
  };
  const insert = (piece: string) => {
    const element = input.current;
    const start = element?.selectionStart ?? text.length;
    const { text: next, caret } = insertAt(text, piece, start, element?.selectionEnd ?? start);
    change(next);
    announceTyping();
    // After React has written the new text, or the caret would jump to its end.
    requestAnimationFrame(() => element?.setSelectionRange(caret, caret));
  };

  const quote = replyTo && <QuoteLine quoted={replyTo} onCancel={() => onCancelReply?.()} />;
  if (isRecording)
    return (
      <div className={classes.frame}>
        {quote}
        <Suspense fallback={<RecorderComing onCancel={() => setRecording(false)} />}>
          <VoiceRecorder
            onClose={() => setRecording(false)}
            onSend={(recording) => {
              setRecording(false);
              writing.sendVoice(recording);
              onCancelReply?.();
            }}
          />
        </Suspense>
      </div>
    );
  return (
    <div className={classes.frame}>
      {quote}
      <TrayPanel tray={{ ...tray, remove: writing.removeFile }} />
      <Textarea
        ref={input}
        classNames={{ input: classes.textarea }}
        variant="unstyled"
        autosize
        minRows={1}
        maxRows={8}
        dir="auto"
        value={text}
        placeholder={t(captionOf ? "composer.files.caption" : "composer.placeholder")}
        aria-label={t("composer.label")}
        enterKeyHint="send"
        onChange={onChange}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className={classes.tools}>
        <EmojiButton onPick={insert} onClosed={focus} />
        {tray.limits && (
          <AttachButtons
            limits={tray.limits}
            onFiles={(files, wish) => {
              writing.addFiles(files, wish);
              focus();
            }}
            onRecord={() => setRecording(true)}
          />
        )}
        <span className={classes.spacer} />
        {left !== null && <Counter left={left} />}
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
    </div>
  );
}

/** In the recorder's place while it loads. */
function RecorderComing({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.recording}>
      <Loader size={18} aria-hidden />
      <span role="status">{t("common.loading")}</span>
      <Button variant="default" size="xs" onClick={onCancel}>
        {t("common.cancel")}
      </Button>
    </div>
  );
}
