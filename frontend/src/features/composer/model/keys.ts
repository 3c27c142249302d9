export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

// Safari ends a composition before it reports the Enter that confirmed it; the old code is what tells.
const IME_KEY_CODE = 229;

/**
 * What a key press in the message box means.
 *
 * An Enter that confirms a word of an input method (Chinese, Japanese, accents on some systems) belongs to
 * that method and must never send.
 */
export function meaning(press: KeyPress): "send" | "newline" | "cancel" | "none" {
  if (press.isComposing || press.keyCode === IME_KEY_CODE) return "none";
  if (press.key === "Escape") return "cancel";
  if (press.key !== "Enter") return "none";
  return press.shiftKey || press.altKey ? "newline" : "send";
}
