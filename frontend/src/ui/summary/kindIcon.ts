import {
  IconAddressBook,
  IconAlertTriangle,
  IconClick,
  IconFile,
  IconInfoCircle,
  IconMapPin,
  IconMessageQuestion,
  IconMicrophone,
  IconMoodSmile,
  IconMusic,
  IconPhoto,
  IconShoppingBag,
  IconSticker2,
  IconTemplate,
  IconVideo,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

export type IconType = ComponentType<{
  size?: number;
  stroke?: number;
  className?: string;
  "aria-hidden"?: boolean;
}>;

const ICONS: Record<string, IconType> = {
  image: IconPhoto,
  video: IconVideo,
  audio: IconMusic,
  voice: IconMicrophone,
  document: IconFile,
  sticker: IconSticker2,
  location: IconMapPin,
  contacts: IconAddressBook,
  button: IconClick,
  interactive: IconClick,
  reaction: IconMoodSmile,
  order: IconShoppingBag,
  template: IconTemplate,
  system: IconInfoCircle,
  unsupported: IconAlertTriangle,
};

/** The sign of a kind of message; one that is new to us has a question mark. */
export const kindIcon = (kind: string): IconType => ICONS[kind] ?? IconMessageQuestion;
