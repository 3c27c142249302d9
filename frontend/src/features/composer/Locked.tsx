import { IconLock } from "@tabler/icons-react";

import classes from "./Composer.module.css";

/** In the place of the box: why nothing can be written, in one sentence. */
export function Locked({ reason }: { reason: string }) {
  return (
    <p className={classes.locked} role="note" style={{ margin: 0 }}>
      <IconLock size={18} stroke={1.5} aria-hidden />
      <span>{reason}</span>
    </p>
  );
}
