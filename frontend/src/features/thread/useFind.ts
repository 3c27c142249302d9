import { useCallback, useRef } from "react";

import type { Message } from "@/api";

/** Look a loaded message up by its number; the function stays the same, so that no bubble is drawn anew. */
export function useFind(messages: readonly Message[]): (messageId: number) => Message | undefined {
  const held = useRef(messages);
  held.current = messages;
  return useCallback((messageId) => held.current.find(({ id }) => id === messageId), []);
}
