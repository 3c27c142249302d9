import { IconShoppingBag } from "@tabler/icons-react";
import { useState } from "react";

import { useTranslation } from "@/i18n";

import type { Item, Order } from "../content/kinds";
import { money, quantity, times } from "../content/money";
import { useTabIndex } from "../message/rowFocus";
import classes from "./Card.module.css";

const SHOWN = 5;

/** What a customer ordered from the catalogue, with what it comes to in each currency. */
export function OrderCard({ order: { items, totals } }: { order: Order }) {
  const { t, i18n } = useTranslation();
  const tabIndex = useTabIndex();
  const [isWhole, setWhole] = useState(items.length <= SHOWN + 1);
  const shown = isWhole ? items : items.slice(0, SHOWN);
  return (
    <div className={classes.card}>
      <div className={classes.head}>
        <IconShoppingBag size={17} stroke={1.75} aria-hidden />
        {t("content.order.title")}
        <span className={classes.aside}>{t("content.order.items", { count: items.length })}</span>
      </div>
      <ul className={classes.list}>
        {shown.map((item, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an order may name a product twice
          <Line key={place} item={item} />
        ))}
      </ul>
      {!isWhole && (
        <button type="button" className={classes.more} tabIndex={tabIndex} onClick={() => setWhole(true)}>
          {t("content.order.more", { count: items.length - SHOWN })}
        </button>
      )}
      <dl className={classes.totals}>
        {totals.length === 0 && (
          <div className={classes.total}>
            <dt>{t("content.order.total")}</dt>
            <dd className={classes.note}>{t("content.order.noTotal")}</dd>
          </div>
        )}
        {totals.map(({ amount, currency }) => (
          <div key={currency} className={`${classes.total} tabular`}>
            <dt>{t("content.order.total")}</dt>
            <dd>
              <bdi>{money(amount, currency, i18n.language)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Line({ item }: { item: Item }) {
  const { t, i18n } = useTranslation();
  const say = (amount: string) => money(amount, item.currency, i18n.language);
  const count = quantity(item.quantity, i18n.language);
  return (
    <li className={`${classes.item} tabular`}>
      <bdi>{item.id || t("content.order.product")}</bdi>
      <span className={classes.note}>
        {item.price === null
          ? `${count} ×`
          : t("content.order.each", { quantity: count, price: say(item.price) })}
      </span>
      {item.price !== null && <bdi className={classes.amount}>{say(times(item.quantity, item.price))}</bdi>}
    </li>
  );
}
