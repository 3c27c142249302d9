import { IconForms, IconMapPin } from "@tabler/icons-react";
import { useState } from "react";

import { useTranslation } from "@/i18n";

import { type Flow, fieldLabel } from "../content/kinds";
import { useTabIndex } from "../message/rowFocus";
import classes from "./Card.module.css";

const SHOWN = 6;

/** What a customer filled in, a field a line. */
export function FlowCard({ flow: { name, fields } }: { flow: Flow }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const [isWhole, setWhole] = useState(fields.length <= SHOWN + 1);
  const shown = isWhole ? fields : fields.slice(0, SHOWN);
  const isAddress = name === "address_message";
  const Icon = isAddress ? IconMapPin : IconForms;
  return (
    <div className={classes.card}>
      <div className={classes.head}>
        <Icon size={17} stroke={1.75} aria-hidden />
        {t(isAddress ? "content.flow.address" : "content.flow.title")}
      </div>
      {fields.length === 0 && <p className={`${classes.body} ${classes.note}`}>{t("content.flow.empty")}</p>}
      {fields.length > 0 && (
        <dl className={classes.fields}>
          {shown.map((field) => (
            <div key={field.name}>
              <dt dir="auto">{fieldLabel(field.name)}</dt>
              <Value value={field.value} />
            </div>
          ))}
        </dl>
      )}
      {!isWhole && (
        <button type="button" className={classes.more} tabIndex={tabIndex} onClick={() => setWhole(true)}>
          {t("content.flow.more", { count: fields.length - SHOWN })}
        </button>
      )}
    </div>
  );
}

function Value({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const say = (one: unknown): string => {
    if (one === true || one === "true") return t("content.flow.yes");
    if (one === false || one === "false") return t("content.flow.no");
    if (Array.isArray(one)) return one.map(say).filter(Boolean).join(", ");
    if (one === null || one === undefined) return "";
    return typeof one === "object" ? JSON.stringify(one) : String(one).trim();
  };
  const words = say(value);
  return (
    <dd dir="auto" data-none={words === "" || undefined}>
      {words || t("content.flow.none")}
    </dd>
  );
}
