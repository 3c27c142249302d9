import { channel } from "./es/channel";
import { common } from "./es/common";
import { composer } from "./es/composer";
import { contact } from "./es/contact";
import { content } from "./es/content";
import { list } from "./es/list";
import { media } from "./es/media";
import { shell } from "./es/shell";
import { thread } from "./es/thread";

/** Every text of the screens, in the language people read first. */
export const es = { common, shell, list, thread, composer, contact, content, media, channel };
