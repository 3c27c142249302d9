import type { ReactNode } from "react";

import classes from "./Page.module.css";

/** A page that has one thing to say. */
export function Page({ children }: { children: ReactNode }) {
  return <main className={classes.page}>{children}</main>;
}
