import { type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from "react";

import type { Message } from "@/api";
import { Coming, later } from "@/ui";

import type { Beginning } from "../list/ListTop";
import { shotsOf } from "./shots";

const Lightbox = later(() => import("./Lightbox"));

/** Shows pictures and films large; older ones are loaded before the first is reached. */
export function useLightbox(messages: readonly Message[], beginning: Beginning) {
  const [openId, setOpenId] = useState<number | null>(null);
  const isOpen = openId !== null;
  const shots = useMemo(() => (isOpen ? shotsOf(messages) : []), [isOpen, messages]);
  const at = shots.findIndex(({ attachment }) => attachment.id === openId);

  const { state, load } = beginning;
  useEffect(() => {
    if (at >= 0 && at < 2 && state === "idle") load();
  }, [at, state, load]);

  const open = useCallback((attachmentId: number) => setOpenId(attachmentId), []);
  const close = useCallback(() => setOpenId(null), []);
  // What was deleted meanwhile closes with it.
  const view: ReactNode = isOpen && at >= 0 && (
    <Suspense fallback={<Coming onClose={close} />}>
      <Lightbox
        shots={shots}
        at={at}
        hasMore={state !== "complete"}
        onGo={(index) => setOpenId(shots[index]?.attachment.id ?? null)}
        onClose={close}
      />
    </Suspense>
  );
  return { open, view };
}
