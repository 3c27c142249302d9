import { useMounted } from "@mantine/hooks";
import { type ComponentType, type LazyExoticComponent, lazy, Suspense, useState } from "react";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const LONGEST_WAIT_MS = 3_000;
const SOON_MS = 300;
const parts: (() => Promise<unknown>)[] = [];

/**
 * A part that the first screen does without.
 *
 * It comes in a quiet moment after it, so that a click does not wait for the network.
 */
export function later<P>(load: Load<P>): LazyExoticComponent<ComponentType<P>> {
  parts.push(load);
  return lazy(load);
}

/** A dialog as such a part. Nothing stands in its place while it comes. */
export function laterDialog<P extends { opened: boolean }>(load: Load<P>): ComponentType<P> {
  const Dialog = later(async () => ({ default: openedWhenThere((await load()).default) }));
  return (props: P) => {
    const [wasOpened, setOpened] = useState(false);
    if (props.opened && !wasOpened) setOpened(true);
    // What was opened once stays, to close as it has opened.
    return (
      wasOpened && (
        <Suspense fallback={null}>
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

/** Fetch all parts that were left for later, one after the other; one that fails is asked for again when it is wanted. */
export async function fetchParts(): Promise<void> {
  for (const load of parts) await load().catch(() => {});
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
