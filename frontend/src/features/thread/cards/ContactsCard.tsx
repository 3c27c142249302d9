import { useState } from "react";

import { useTranslation } from "@/i18n";
import { Avatar } from "@/ui";

import type { Card } from "../content/kinds";
import { useTabIndex } from "../message/rowFocus";
import classes from "./Card.module.css";
import { SaveContact } from "./SaveContact";

const SHOWN = 3;

/** People that a customer recommends, each with a way into our contacts. */
export function ContactsCard({ cards }: { cards: Card[] }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const [isWhole, setWhole] = useState(cards.length <= SHOWN + 1);
  const shown = isWhole ? cards : cards.slice(0, SHOWN);
  return (
    <div className={classes.card}>
      {shown.map((card, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards have no id, and their order does not change
        <Person key={place} card={card} />
      ))}
      {!isWhole && (
        <button type="button" className={classes.more} tabIndex={tabIndex} onClick={() => setWhole(true)}>
          {t("content.contact.more", { count: cards.length - SHOWN })}
        </button>
      )}
    </div>
  );
}

function Person({ card }: { card: Card }) {
  const { t } = useTranslation();
  const lineType = useLineType();
  const name = card.name || card.phones[0]?.value || t("content.contact.unnamed");
  return (
    <div className={classes.person}>
      <Avatar name={card.name} seed={name} size={36} />
      <div className={classes.details}>
        <span className={classes.name} dir="auto">
          {name}
        </span>
        {card.work && (
          <span className={classes.note} dir="auto">
            {card.work}
          </span>
        )}
        {[...card.phones, ...card.emails, ...card.addresses].map(({ value, type }) => (
          <span key={`${value} ${type}`} className={`${classes.note} tabular`}>
            <bdi>{value}</bdi>
            {lineType(type)}
          </span>
        ))}
        {card.phones.length > 0 ? (
          <SaveContact card={card} />
        ) : (
          <span className={classes.note}>{t("content.contact.noNumber")}</span>
        )}
      </div>
    </div>
  );
}

const TYPES = ["MOBILE", "CELL", "IPHONE", "WORK", "HOME", "MAIN", "OTHER"] as const;

/** ` · Celular`; a word of the sender's phone that we do not know is left out. */
function useLineType() {
  const { t } = useTranslation();
  return (type: string): string => {
    const known = TYPES.find((one) => one === type.toUpperCase());
    return known ? ` · ${t(`content.contact.types.${known}`)}` : "";
  };
}
