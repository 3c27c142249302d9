import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconFileMusic,
  IconMicrophone,
  IconMusic,
  IconPaperclip,
  IconPhoto,
  IconSticker,
  IconVideo,
} from "@tabler/icons-react";
import { type ChangeEvent, useRef } from "react";

import type { MediaKind, MediaLimits } from "@/api";
import { useTranslation } from "@/i18n";
import type { IconType } from "@/ui/summary";

import classes from "./Composer.module.css";
import type { Wish } from "./model/check";

interface Props {
  /** What WhatsApp takes; nothing is offered before that is known. */
  limits: MediaLimits;
  onFiles: (files: File[], wish: Wish) => void;
  onRecord: () => void;
}

/** Files, voice notes, videos, pictures: in the order that people know from the guide. */
export function AttachButtons({ limits, onFiles, onRecord }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const wish = useRef<Wish>(null);
  const ask = (kind: MediaKind) => {
    if (!input.current) return;
    wish.current = kind;
    input.current.accept = acceptOf(kind, limits);
    input.current.click();
  };
  const onChange = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(currentTarget.files ?? [])], wish.current);
    // The same file may be chosen again.
    currentTarget.value = "";
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("composer.attach.files")}
        data-testid="file-input"
        onChange={onChange}
      />
      <Tool icon={IconPaperclip} label={t("composer.attach.files")} onClick={() => ask("document")} />
      <Menu position="top-start" offset={10} width={220}>
        <Menu.Target>
          <ActionIcon
            className={classes.tool}
            radius="md"
            aria-label={t("composer.attach.voice")}
            title={t("composer.attach.voice")}
          >
            <IconMusic size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconMicrophone size={17} stroke={1.75} aria-hidden />} onClick={onRecord}>
            {t("composer.attach.record")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFileMusic size={17} stroke={1.75} aria-hidden />}
            onClick={() => ask("audio")}
          >
            {t("composer.attach.audio")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Tool icon={IconVideo} label={t("composer.attach.video")} onClick={() => ask("video")} />
      <Tool icon={IconPhoto} label={t("composer.attach.image")} onClick={() => ask("image")} />
      <Tool icon={IconSticker} label={t("composer.attach.sticker")} onClick={() => ask("sticker")} />
    </>
  );
}

function Tool({ icon: Icon, label, onClick }: { icon: IconType; label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon className={classes.tool} radius="md" aria-label={label} onClick={onClick}>
        <Icon size={20} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

/** What the system's own dialog offers; by the paper clip everything that can be sent at all. */
function acceptOf(kind: MediaKind, limits: MediaLimits): string {
  if (kind === "document") return "";
  return limits[kind].mime_types.join(",");
}
