import { Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import { type Message, useEdits } from "@/api";
import { useTranslation } from "@/i18n";
import { fullTime, useZone } from "@/ui";

import { FormattedText } from "../format/FormattedText";
import classes from "./Edited.module.css";
import { useTabIndex } from "./rowFocus";

/** «editado» beside the hour; a click shows what it said before. */
export function Edited({ message }: { message: Message }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const [isOpen, popover] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onChange={popover.toggle} position="top" width={300} trapFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={classes.mark}
          tabIndex={tabIndex}
          title={t("content.edits.show")}
          onClick={popover.toggle}
        >
          {t("media.edited")}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} tabIndex={-1} data-autofocus>
        <History messageId={message.id} />
      </Popover.Dropdown>
    </Popover>
  );
}

function History({ messageId }: { messageId: number }) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const edits = useEdits(messageId);
  if (edits.isError) return <p className={classes.note}>{t("content.edits.failed")}</p>;
  if (!edits.data) return <p className={classes.note}>{t("common.loading")}</p>;
  if (edits.data.length === 0) return <p className={classes.note}>{t("content.edits.none")}</p>;
  return (
    <>
      <p className={classes.title}>{t("content.edits.title")}</p>
      <ol className={classes.list}>
        {edits.data.toReversed().map(({ text, edited_at: at }) => (
          <li key={at}>
            <div className={classes.before} dir="auto">
              {text ? <FormattedText text={text} /> : <em>{t("content.edits.empty")}</em>}
            </div>
            <span className={`${classes.note} tabular`}>
              {t("content.edits.changedAt", { time: fullTime(at, i18n.language, timeZone) })}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
