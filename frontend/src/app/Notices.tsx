import { type ComponentType, useEffect, useState } from "react";

import { whenQuiet } from "@/ui";

const AGAIN_MS = 5_000;

/** Where notices appear. The first screen has none: what is told before this has come waits for it in their store. */
export function Notices() {
  const [View, setView] = useState<ComponentType>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const load = () =>
      import("./NoticesView").then(
        (part) => setView(() => part.default),
        () => {
          timer = setTimeout(load, AGAIN_MS);
        },
      );
    const callOff = whenQuiet(() => void load());
    return () => {
      callOff();
      clearTimeout(timer);
    };
  }, []);
  return View && <View />;
}
