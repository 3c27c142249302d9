import { Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRefresh } from "@tabler/icons-react";

import { adviceFor, type Language, type Message, useMe } from "@/api";
import { useTranslation } from "@/i18n";
import { afterColon, laterDialog } from "@/ui";

import { useMessageActions } from "./actions";
import classes from "./Trouble.module.css";

const ResendDialog = laterDialog(() => import("./ResendDialog"));

/** Below a message of ours that did not go well: what happened and what can be done. */
export function Trouble({ message }: { message: Message }) {
  if (message.status === "failed") return <Failed message={message} />;
  if (message.status === "unknown") return <Unconfirmed message={message} />;
  return null;
}

function Failed({ message }: { message: Message }) {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  const { resend, resending } = useMessageActions();
  const language = i18n.language as Language;
  const title = message.error?.title[language];
  const advice = message.error && adviceFor(me, message.error)[language];
  return (
    <div className={classes.failed}>
      <p className={classes.reason} title={message.error?.detail || undefined}>
        <strong>{title ? `${t("thread.failed")}: ${afterColon(title)}` : `${t("thread.failed")}.`}</strong>
        {advice && <span> {advice}</span>}
      </p>
      <button
        type="button"
        className={classes.action}
        disabled={resending.has(message.id)}
        onClick={() => resend(message, { evenIfUnconfirmed: false })}
      >
        <IconRefresh size={14} stroke={1.75} aria-hidden />
        {t("thread.retry")}
      </button>
    </div>
  );
}

function Unconfirmed({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { resend, resending } = useMessageActions();
  const [isExplained, explanation] = useDisclosure(false);
  const [isAsked, question] = useDisclosure(false);
  const ask = () => {
    explanation.close();
    question.open();
  };
  const confirm = () => {
    question.close();
    resend(message, { evenIfUnconfirmed: true });
  };
  return (
    <>
      <Popover
        opened={isExplained}
        onChange={explanation.toggle}
        width={300}
        position="bottom-end"
        trapFocus
        withinPortal
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.unconfirmed}
            disabled={resending.has(message.id)}
            onClick={explanation.toggle}
          >
            {t("thread.unconfirmed.label")}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <p className={classes.title}>{t("thread.unconfirmed.title")}</p>
          <p className={classes.text}>{t("thread.unconfirmed.text")}</p>
          <Button variant="default" size="xs" onClick={ask}>
            {t("thread.unconfirmed.resend")}
          </Button>
        </Popover.Dropdown>
      </Popover>
      <ResendDialog opened={isAsked} onClose={question.close} onConfirm={confirm} />
    </>
  );
}
