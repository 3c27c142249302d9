import { IconUser } from "@tabler/icons-react";

import classes from "./Avatar.module.css";
import { initials, stableIndex } from "./initials";
import { HUES } from "./theme";

interface Props {
  name: string;
  /** What keeps the colour: an id outlives a change of name. */
  seed: string | number;
  size?: number;
}

/** Initials on a colour that stays the person's own. Decorative: the name always stands beside it. */
export function Avatar({ name, seed, size = 40 }: Props) {
  const hue = stableIndex(seed, HUES);
  // Two letters are not legible on a very small one.
  const letters = initials(name, size < 24 ? 1 : 2);
  return (
    <span
      aria-hidden="true"
      className={classes.avatar}
      // Drawn by CSS: letters are no text of the page, to be read out, found or copied.
      data-letters={letters || undefined}
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * (letters.length > 1 ? 0.36 : 0.48)),
        background: `var(--b-hue-${hue})`,
        color: `var(--b-hue-${hue}-text)`,
      }}
    >
      {!letters && <IconUser size={size * 0.55} stroke={1.75} />}
    </span>
  );
}
