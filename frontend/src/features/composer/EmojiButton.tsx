import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMoodSmile } from "@tabler/icons-react";
import { lazy, Suspense } from "react";

import { useTranslation } from "@/i18n";

import classes from "./Composer.module.css";
import { EmojiPanelPlaceholder } from "./EmojiPanelPlaceholder";

const loadPanel = () => import("./EmojiPanel");
const EmojiPanel = lazy(loadPanel);

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
        <Tooltip label={t("composer.emoji")} disabled={isOpen}>
          <ActionIcon
            className={classes.tool}
            radius="md"
            aria-label={t("composer.emoji")}
            aria-expanded={isOpen}
            onPointerEnter={() => void loadPanel()}
            onClick={popover.toggle}
          >
            <IconMoodSmile size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("composer.emoji")}>
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
