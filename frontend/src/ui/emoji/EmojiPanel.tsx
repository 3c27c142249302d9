import {
  EmojiPicker,
  type EmojiPickerListCategoryHeaderProps,
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
} from "frimousse";
import { type AriaAttributes, useEffect, useRef } from "react";

import { useTranslation } from "@/i18n";

import classes from "./EmojiPanel.module.css";

interface Props {
  /** With Shift held one picks several. */
  onPick: (emoji: string, options: { keepOpen: boolean }) => void;
}

// Names come from our own address: no page of bandeja asks a stranger for anything.
const NAMES = `${import.meta.env.BASE_URL}emoji`;
const COLUMNS = 8;

export default function EmojiPanel({ onPick }: Props) {
  const { t, i18n } = useTranslation();
  const isShiftDown = useRef(false);
  const search = useRef<HTMLInputElement>(null);
  // The popover took the focus before this part was loaded.
  useEffect(() => search.current?.focus(), []);
  return (
    <EmojiPicker.Root
      className={classes.panel}
      locale={i18n.language.startsWith("en") ? "en" : "es"}
      emojibaseUrl={NAMES}
      columns={COLUMNS}
      onKeyDownCapture={(event) => {
        isShiftDown.current = event.shiftKey;
      }}
      onPointerDownCapture={(event) => {
        isShiftDown.current = event.shiftKey;
      }}
      onEmojiSelect={({ emoji }) => onPick(emoji, { keepOpen: isShiftDown.current })}
    >
      <EmojiPicker.Search
        ref={search}
        className={classes.search}
        placeholder={t("media.emoji.search")}
        aria-label={t("media.emoji.search")}
      />
      <EmojiPicker.Viewport className={classes.viewport}>
        <EmojiPicker.Loading className={classes.note}>{t("media.emoji.loading")}</EmojiPicker.Loading>
        <EmojiPicker.Empty className={classes.note}>{t("media.emoji.none")}</EmojiPicker.Empty>
        <EmojiPicker.List className={classes.list} components={{ CategoryHeader, Row, Emoji }} />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  );
}

function CategoryHeader({ category, ...props }: EmojiPickerListCategoryHeaderProps) {
  return (
    <div {...props} className={classes.category}>
      {category.label}
    </div>
  );
}

function Row(props: EmojiPickerListRowProps) {
  return <div {...fromOne(props)} className={classes.emojiRow} />;
}

function Emoji({ emoji, ...props }: EmojiPickerListEmojiProps) {
  return (
    <button {...fromOne(props)} type="button" className={classes.emoji} title={emoji.label}>
      {emoji.emoji}
    </button>
  );
}

/** The library counts rows and columns from nought; ARIA counts them from one. */
function fromOne<P extends AriaAttributes>(props: P): P {
  const raised = { ...props };
  if (raised["aria-rowindex"] !== undefined) raised["aria-rowindex"] += 1;
  if (raised["aria-colindex"] !== undefined) raised["aria-colindex"] += 1;
  return raised;
}
