import { type ReactNode, useState } from "react";

import { useTranslation } from "@/i18n";

import { ConnectionBanner } from "./ConnectionBanner";
import { Rail } from "./Rail";
import { remembered } from "./remembered";
import classes from "./Shell.module.css";

const railWidth = remembered("rail");

/** The frame of every page: the menu on the left (below on a phone), the page beside it. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(() => railWidth.get() === "open");
  const toggle = () => {
    railWidth.set(isOpen ? "closed" : "open");
    setOpen(!isOpen);
  };
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t("shell.skip")}
      </a>
      <Rail isOpen={isOpen} onToggle={toggle} />
      <main id="content" tabIndex={-1} className={classes.content}>
        {children}
        <ConnectionBanner />
      </main>
    </div>
  );
}
