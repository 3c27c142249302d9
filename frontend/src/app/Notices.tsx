import { type ComponentType, useEffect, useState } from "react";

import { whenQuiet } from "@/ui";

import { PlainNotices } from "./PlainNotices";

/**
 * Where notices appear. The first screen has none: what is told before this has come waits for it in their store.
 *
 * If it does not come they are shown plainly: a browser may keep that an import has failed, and asking again may be vain.
 */
export function Notices() {
  const [View, setView] = useState<ComponentType>();
  useEffect(() => {
    const load = () =>
      import("./NoticesView").then(
        (part) => setView(() => part.default),
        () => setView(() => PlainNotices),
      );
    return whenQuiet(() => void load());
  }, []);
  return View && <View />;
}
