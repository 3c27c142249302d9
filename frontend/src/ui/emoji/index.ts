import { later } from "../later";

export { EmojiPanelPlaceholder } from "./EmojiPanelPlaceholder";

const load = () => import("./EmojiPanel");

/** Picker and names, loaded when they are first wanted. */
export const EmojiPanel = later(load);

/** Fetch them a moment before the click, which hears of it if they do not come. */
export function fetchEmojiPanel(): void {
  if (navigator.onLine) load().catch(() => {});
}
