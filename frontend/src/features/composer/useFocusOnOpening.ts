import { type RefObject, useEffect } from "react";

/**
 * Put the caret into the box when a chat is opened with the mouse.
 *
 * Not on a touch screen, where the keyboard would cover the conversation, and not for someone who moves
 * through the list with the keys, from whom it would take the focus away.
 */
export function useFocusOnOpening(input: RefObject<HTMLTextAreaElement | null>) {
  useEffect(() => {
    if (!window.matchMedia("(hover: hover)").matches) return;
    if (document.activeElement?.matches(":focus-visible")) return;
    input.current?.focus({ preventScroll: true });
  }, [input]);
}
