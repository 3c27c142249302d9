import { later } from "../later";

export { EmojiPanelPlaceholder } from "./EmojiPanelPlaceholder";

/** Picker and names, loaded when they are first wanted. */
export const loadEmojiPanel = () => import("./EmojiPanel");
export const EmojiPanel = later(loadEmojiPanel);
