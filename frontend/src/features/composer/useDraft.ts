import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { useClient } from "@/api";
import { useMovedHere } from "@/realtime";

import { type Drafts, draftsOf } from "./model/drafts";

const QUIET_MS = 300;

/** The text of the message box; it outlives the box, the page and the browser. */
export function useDraft(conversationId: number, memberId: number | null) {
  const { slug } = useClient();
  const drafts = useMemo(() => draftsOf(slug, memberId, conversationId), [slug, memberId, conversationId]);
  const [text, setText] = useState(() => drafts.read());
  const unsaved = useRef<string | null>(null);
  const timer = useRef<number | undefined>(undefined);

  const save = useCallback(() => {
    window.clearTimeout(timer.current);
    if (unsaved.current !== null) drafts.write(unsaved.current);
    unsaved.current = null;
  }, [drafts]);

  const change = useCallback(
    (next: string) => {
      setText(next);
      unsaved.current = next;
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(save, QUIET_MS);
    },
    [save],
  );
  const clear = useCallback(() => {
    change("");
    save();
  }, [change, save]);

  useEffect(() => {
    window.addEventListener("pagehide", save);
    return () => {
      window.removeEventListener("pagehide", save);
      save();
    };
  }, [save]);

  const movedHere = useMovedHere(conversationId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when a chat has come, and only once for each
  useEffect(() => {
    const texts = movedHere.map((id) => takeAway(draftsOf(slug, memberId, id))).filter(Boolean);
    if (texts.length > 0) change([text, ...texts].filter(Boolean).join("\n"));
  }, [movedHere]);

  return { text, change, clear };
}

function takeAway(drafts: Drafts): string {
  const text = drafts.read();
  drafts.write("");
  return text;
}
