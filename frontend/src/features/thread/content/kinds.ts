import { decimal, isRecord, type Json, number, records, text } from "./read";

export interface Place {
  latitude: number;
  longitude: number;
  name: string;
  address: string;
  url: string;
}

export interface Line {
  value: string;
  type: string;
}

export interface Card {
  name: string;
  /** Firm and position. */
  work: string;
  phones: (Line & { waId: string })[];
  emails: Line[];
  addresses: Line[];
}

export interface Item {
  id: string;
  quantity: string;
  price: string | null;
  currency: string;
}

export interface Order {
  items: Item[];
  totals: { currency: string; amount: string }[];
}

export interface Choice {
  kind: "button" | "list" | "template_button" | "call_permission" | "other";
  title: string;
  description: string;
  /** Of a call permission: whether it was given. */
  isAccepted: boolean;
}

export interface Flow {
  /** `flow`, `address_message`, …: WhatsApp's word for the form. */
  name: string;
  fields: { name: string; value: unknown }[];
}

export function place(content: Json): Place | null {
  const [latitude, longitude] = [number(content.latitude), number(content.longitude)];
  if (latitude === null || longitude === null) return null;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return {
    latitude,
    longitude,
    name: text(content.name),
    address: text(content.address),
    url: text(content.url),
  };
}

export function cards(content: Json): Card[] {
  return records(content.contacts).map((card) => ({
    name: text(card.name),
    work: [text(card.title), text(card.organization)].filter(Boolean).join(" · "),
    phones: records(card.phones)
      .map((one) => ({ value: text(one.phone), type: text(one.type), waId: text(one.wa_id) }))
      .filter(({ value }) => value !== ""),
    emails: lines(card.emails, "email"),
    addresses: lines(card.addresses, "address"),
  }));
}

const lines = (value: unknown, key: string): Line[] =>
  records(value)
    .map((one) => ({ value: text(one[key]), type: text(one.type) }))
    .filter((line) => line.value !== "");

export function order(content: Json): Order | null {
  const items = records(content.items).map((item) => ({
    id: text(item.id),
    quantity: decimal(item.quantity) ?? "1",
    price: decimal(item.price),
    currency: text(item.currency),
  }));
  const totals = records(content.totals).flatMap((total) => {
    const amount = decimal(total.amount);
    return amount === null ? [] : [{ currency: text(total.currency), amount }];
  });
  return items.length > 0 ? { items, totals } : null;
}

const CHOICES = new Set(["button", "list", "template_button", "call_permission"]);

export function choice(content: Json, type: "button" | "interactive"): Choice {
  const kind = text(content.kind);
  const known = CHOICES.has(kind)
    ? (kind as Choice["kind"])
    : type === "button"
      ? "template_button"
      : "other";
  return {
    kind: known,
    title: text(content.title),
    description: text(content.description),
    isAccepted: text(content.id) === "accept",
  };
}

// For the form's own machinery, not for people.
const HIDDEN = new Set(["flow_token", "saved_address_id"]);

export function flow(content: Json): Flow | null {
  if (!Array.isArray(content.fields)) return null;
  const fields = content.fields
    .filter(isRecord)
    .map(({ name, value }) => ({ name: text(name), value }))
    .filter(({ name }) => !HIDDEN.has(name));
  return { name: text(content.name), fields };
}

/** `preferred_color`, `values.city` and `fechaDeEntrega` as people would write them. */
export function fieldLabel(name: string): string {
  const last = name.split(".").at(-1) ?? name;
  const words = last
    .replace(
      /([\p{Ll}\d])(\p{Lu})/gu,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    )
    // Forms made with WhatsApp's own editor number their fields: screen_0_Nombre_1.
    .replace(/^screen_\d+_/i, "")
    .replace(/_\d+$/, "")
    .replace(/[_-]+/g, " ")
    .trim();
  return words === "" ? name : words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
