import { channel } from "./en/channel";
import { common } from "./en/common";
import { composer } from "./en/composer";
import { contact } from "./en/contact";
import { content } from "./en/content";
import { list } from "./en/list";
import { media } from "./en/media";
import { shell } from "./en/shell";
import { thread } from "./en/thread";
import type { Texts } from "./texts";

export const en: Texts = { common, shell, list, thread, composer, contact, content, media, channel };
