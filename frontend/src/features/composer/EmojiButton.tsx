import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMoodSmile } from "@tabler/icons-react";
import { Suspense } from "react";

import { useTranslation } from "@/i18n";
import { EmojiPanel, EmojiPanelPlaceholder, fetchEmojiPanel } from "@/ui/emoji";

import classes from "./Composer.module.css";

interface Props {
  onPick: (emoji: string) => void;
  onClosed: () => void;
}

/** Opens the emoji; both picker and names are loaded when they are first wanted. */
export function EmojiButton({ onPick, onClosed }: Props) {
  const { t } = useTranslation();
  const [isOpen, popover] = useDisclosure(false, { onClose: onClosed });
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => !open && popover.close()}
      position="top-start"
      offset={12}
      trapFocus
      shadow="lg"
    >
      <Popover.Target>
        <Tooltip label={t("media.emoji.label")} disabled={isOpen}>
          <ActionIcon
            className={classes.tool}
            radius="md"
            aria-label={t("media.emoji.label")}
            aria-expanded={isOpen}
            onPointerEnter={fetchEmojiPanel}
            onClick={popover.toggle}
          >
            <IconMoodSmile size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("media.emoji.label")}>
        <Suspense fallback={<EmojiPanelPlaceholder />}>
          <EmojiPanel
            onPick={(emoji, { keepOpen }) => {
              onPick(emoji);
              if (!keepOpen) popover.close();
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
