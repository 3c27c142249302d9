import { useClickOutside, useFocusTrap, useMergedRef } from "@mantine/hooks";
import { IconArrowBackUp, IconPlus } from "@tabler/icons-react";
import { type KeyboardEvent, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";

import { createPortal } from "react-dom";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { EmojiPanel, EmojiPanelPlaceholder, fetchEmojiPanel } from "@/ui/emoji";

import { placeBeside } from "./placeBeside";
import classes from "./Reactions.module.css";
import { useReactionWords } from "./useReactionWords";

/** Those that WhatsApp offers first. */
const FIRST = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

interface Props {
  message: Message;
  anchor: DOMRect;
  /** Null where only looking is allowed. */
  onReact: ((emoji: string) => void) | null;
  /** Also offered where there is no button beside the message: under a finger. */
  onReply: (() => void) | null;
  onClose: () => void;
}

/** Who reacted, and a choice of reactions; one for the whole thread, beside what it is about. */
export function ReactionMenu({ message, anchor, onReact, onReply, onClose }: Props) {
  const { t } = useTranslation();
  const words = useReactionWords();
  const [isWhole, setWhole] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const outside = useClickOutside<HTMLDivElement>(onClose);
  const trap = useFocusTrap();
  const ref = useMergedRef(menu, outside, trap);
  const ours = message.reactions.find(({ side }) => side === "us")?.emoji ?? "";
  const choose = (emoji: string) => {
    onReact?.(emoji === ours ? "" : emoji);
    onClose();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is placed anew when it has grown
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = menu.current!;
    const { left, top } = placeBeside(anchor, { width, height }, window.innerWidth, window.innerHeight);
    Object.assign(menu.current!.style, { left: `${left}px`, top: `${top}px` });
  }, [anchor, isWhole]);
  useCloseOnScroll(menu, onClose);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    if (!isWhole) move(event);
  };
  // At once, so that it can be measured and listened to in the same breath.
  return createPortal(
    <div
      ref={ref}
      className={classes.menu}
      role="dialog"
      aria-label={t("content.reaction.menu")}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {message.reactions.length > 0 && !isWhole && (
        <ul className={classes.who}>
          {message.reactions.map((reaction) => (
            <li key={reaction.side} dir="auto">
              {words(reaction)}
            </li>
          ))}
        </ul>
      )}
      {onReact && !isWhole && (
        <div className={classes.row}>
          {(ours === "" || FIRST.includes(ours) ? FIRST : [...FIRST.slice(0, -1), ours]).map((emoji) => (
            <button
              key={emoji}
              type="button"
              className={classes.choice}
              aria-pressed={emoji === ours}
              aria-label={emoji === ours ? t("content.reaction.remove", { emoji }) : emoji}
              onClick={() => choose(emoji)}
            >
              {emoji}
            </button>
          ))}
          <button
            type="button"
            className={classes.choice}
            aria-label={t("content.reaction.more")}
            onPointerEnter={fetchEmojiPanel}
            onClick={() => setWhole(true)}
          >
            <IconPlus size={20} stroke={1.75} aria-hidden />
          </button>
        </div>
      )}
      {onReact && isWhole && (
        <Suspense fallback={<EmojiPanelPlaceholder />}>
          <EmojiPanel onPick={choose} />
        </Suspense>
      )}
      {onReply && !isWhole && (
        <button
          type="button"
          className={classes.reply}
          onClick={() => {
            onClose();
            onReply();
          }}
        >
          <IconArrowBackUp size={18} stroke={1.75} aria-hidden />
          {t("content.reaction.replyInstead")}
        </button>
      )}
    </div>,
    document.body,
  );
}

/** Arrows go from one choice to the next. */
function move(event: KeyboardEvent<HTMLDivElement>): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

/** What it stands beside has moved. */
function useCloseOnScroll(menu: { current: HTMLElement | null }, onClose: () => void) {
  useEffect(() => {
    const close = ({ target }: Event) => {
      if (!(target instanceof Node && menu.current?.contains(target))) onClose();
    };
    window.addEventListener("scroll", close, { capture: true, passive: true });
    window.addEventListener("resize", close);
    return () => {
      window.removeEventListener("scroll", close, { capture: true });
      window.removeEventListener("resize", close);
    };
  }, [menu, onClose]);
}
