import { lazy } from "react";

export { EmojiPanelPlaceholder } from "./EmojiPanelPlaceholder";

/** Picker and names, loaded when they are first wanted. */
export const loadEmojiPanel = () => import("./EmojiPanel");
export const EmojiPanel = lazy(loadEmojiPanel);
