import { useMounted } from "@mantine/hooks";
import { type ComponentType, lazy, Suspense, useState } from "react";

import { Coming } from "./Coming";
import { Lost, LostBoundary, PartLost } from "./Lost";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const LONGEST_WAIT_MS = 3_000;
const SOON_MS = 300;
const parts: (() => Promise<unknown>)[] = [];

/**
 * A part that the first screen does without.
 *
 * It comes in a quiet moment after it, so that a click does not wait for the network. One that does not come is
 * closed with a notice if it has an `onClose`, or says in its place what happened; `Instead` can do better. Only a
 * reload asks for it again: React keeps what `lazy` was told, and a browser may keep that an import has failed.
 */
export function later<P extends object>(
  load: Load<P>,
  Instead: ComponentType<P> = Lost as ComponentType<P>,
): ComponentType<P> {
  parts.push(load);
  const Part = lazy(() =>
    load().catch((cause: unknown) => {
      throw new PartLost("A part did not come.", { cause });
    }),
  );
  return (props: P) => (
    <LostBoundary instead={<Instead {...props} />}>
      <Part {...props} />
    </LostBoundary>
  );
}

/** A dialog as such a part. If it takes its time something says so, and it can be called off. */
export function laterDialog<P extends { opened: boolean; onClose: () => void }>(
  load: Load<P>,
  Instead?: ComponentType<P>,
): ComponentType<P> {
  const Dialog = later(async () => ({ default: openedWhenThere((await load()).default) }), Instead);
  return (props: P) => {
    const [wasOpened, setOpened] = useState(false);
    if (props.opened && !wasOpened) setOpened(true);
    // What was opened once stays, to close as it has opened.
    return (
      wasOpened && (
        <Suspense fallback={<Coming opened={props.opened} onClose={props.onClose} />}>
          <Dialog {...props} />
        </Suspense>
      )
    );
  };
}

/** Only a dialog that was there before it opens moves in, and gives the focus back. */
function openedWhenThere<P extends { opened: boolean }>(Dialog: ComponentType<P>): ComponentType<P> {
  return (props: P) => {
    const isThere = useMounted();
    return <Dialog {...props} opened={isThere && props.opened} />;
  };
}

/**
 * Fetch all parts that were left for later, one after the other, until one does not come.
 *
 * Without network none is asked for: a browser may keep that an import has failed, and the click would fail too.
 */
export async function fetchParts(): Promise<void> {
  for (const load of parts) {
    if (!navigator.onLine) return;
    try {
      await load();
    } catch {
      // The rest is asked for when it is wanted; whoever wants it hears if it is lost.
      return;
    }
  }
}

/** Do something when the browser has nothing better to do; returns what calls it off. */
export function whenQuiet(run: () => void): () => void {
  // Safari has no idle callbacks.
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(run, SOON_MS);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(run, { timeout: LONGEST_WAIT_MS });
  return () => cancelIdleCallback(request);
}
