import { Button, Loader } from "@mantine/core";
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";

import { useTranslation } from "@/i18n";

import classes from "./states.module.css";

interface Props {
  opened?: boolean;
  onClose: () => void;
}

/** What will cover the page is on its way: nothing is seen of it if it comes at once, and Escape calls it off. */
export function Coming({ opened = true, onClose }: Props) {
  return opened && <Sign onClose={onClose} />;
}

function Sign({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  // The focus stays where it was: what comes gives it back there.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      close.current();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
  return createPortal(
    <div className={classes.coming}>
      <div className={classes.comingBox}>
        <Loader size={18} aria-hidden />
        <span role="status">{t("common.loading")}</span>
        <Button
          variant="default"
          size="xs"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => close.current()}
        >
          {t("common.cancel")}
        </Button>
      </div>
    </div>,
    document.body,
  );
}
