import { IconDeviceMobile, IconFileAlert, IconMessageQuestion } from "@tabler/icons-react";

import { type Texts, useTranslation } from "@/i18n";
import { type IconType, kindIcon, useKindTitle } from "@/ui/summary";

import type { Choice } from "./kinds";
import classes from "./Notice.module.css";
import type { Shown } from "./shown";

type Noticed = Extract<Shown, { as: "elsewhere" | "too_large" | "unsupported" | "other" | "bare" }>;
type Named = keyof Texts["content"]["unsupported"]["names"];

/** In the place of what cannot be shown: what it is, as far as WhatsApp says, and what one can do. */
export function Notice({ shown, type, rawType }: { shown: Noticed; type: string; rawType: string | null }) {
  const { t, i18n } = useTranslation();
  const kindTitle = useKindTitle();
  switch (shown.as) {
    case "elsewhere":
      return (
        <Line
          icon={IconDeviceMobile}
          title={t("content.elsewhere.title")}
          note={t("content.elsewhere.text")}
        />
      );
    case "too_large":
      return (
        <Line icon={IconFileAlert} title={t("content.tooLarge.title")} note={t("content.tooLarge.text")} />
      );
    case "unsupported": {
      const { name } = shown;
      const known = i18n.exists(`content.unsupported.names.${name}`)
        ? t(`content.unsupported.names.${name as Named}`)
        : name;
      const title = known ? t("content.unsupported.named", { name: known }) : t("content.unsupported.title");
      return <Line icon={IconMessageQuestion} title={title} note={t("content.unsupported.text")} />;
    }
    case "other":
      return (
        <Line
          icon={IconMessageQuestion}
          title={kindTitle("unknown", shown.name)}
          note={t("content.unknown")}
        />
      );
    case "bare":
      return <Line icon={kindIcon(type)} title={kindTitle(type, rawType)} note={t("content.bare")} />;
  }
}

function Line({ icon: Icon, title, note }: { icon: IconType; title: string; note: string }) {
  return (
    <div className={classes.card}>
      <span className={classes.icon}>
        <Icon size={20} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <span className={classes.title} dir="auto">
          {title}
        </span>
        <span className={classes.note}>{note}</span>
      </span>
    </div>
  );
}

/** Above the answer that somebody tapped: that it was tapped, not written. */
export function ChoiceSign({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  const Icon = kindIcon("button");
  return (
    <>
      <span className={classes.sign}>
        <Icon size={13} stroke={1.75} aria-hidden />
        {t(`content.choice.${choice.kind}`)}
      </span>
      {choice.kind === "call_permission" && (
        <span className={classes.answer}>
          {t(choice.isAccepted ? "content.choice.callAccepted" : "content.choice.callRejected")}
        </span>
      )}
    </>
  );
}
