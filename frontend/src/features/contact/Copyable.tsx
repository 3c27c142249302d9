import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

import { useTranslation } from "@/i18n";

import classes from "./ContactPanel.module.css";
import { copyText } from "./model/copyText";

const SHOWN_MS = 1600;

interface Props {
  value: string;
  /** The same as it is read, where that is not how it is copied. */
  shown?: string;
  label: string;
}

/** A value and a button that copies it. */
export function Copyable({ value, shown = value, label }: Props) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const copy = async () => {
    if (!(await copyText(value))) return;
    setIsCopied(true);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setIsCopied(false), SHOWN_MS);
  };
  return (
    <span className={classes.copyable}>
      <bdi className="tabular">{shown}</bdi>
      <Tooltip label={isCopied ? t("contact.copied") : t("contact.copy")}>
        <ActionIcon size={26} aria-label={label} onClick={() => void copy()}>
          {isCopied ? (
            <IconCheck size={15} stroke={2} aria-hidden />
          ) : (
            <IconCopy size={15} stroke={1.75} aria-hidden />
          )}
        </ActionIcon>
      </Tooltip>
      <span role="status" className={classes.spoken}>
        {isCopied && t("contact.copied")}
      </span>
    </span>
  );
}
