import type { CardShown } from "./Cards";

const HEAD = 34;
const MORE = 34;

/** About how high a card will be, so that little moves when it comes. */
export function roomOf(shown: CardShown): number {
  switch (shown.as) {
    case "location":
      return 116 + 74 + (shown.place.address ? 18 : 0);
    case "contacts": {
      const some = shown.cards.length > 4 ? shown.cards.slice(0, 3) : shown.cards;
      const lines = some.reduce((sum, { phones, emails, addresses, work }) => {
        const details = phones.length + emails.length + addresses.length + (work ? 1 : 0);
        return sum + 58 + 17 * details;
      }, 0);
      return lines + (some.length < shown.cards.length ? MORE : 0);
    }
    case "order": {
      const { items, totals } = shown.order;
      const some = items.length > 6 ? 5 : items.length;
      return HEAD + 42 * some + 8 + 15 + 20 * Math.max(1, totals.length) + (some < items.length ? MORE : 0);
    }
    case "flow": {
      const { length } = shown.flow.fields;
      const some = length > 7 ? 6 : length;
      return HEAD + 16 + 40 * some + (some < length ? MORE : 0);
    }
  }
}
