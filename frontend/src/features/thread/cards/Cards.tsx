import type { Shown } from "../content/shown";
import { ContactsCard } from "./ContactsCard";
import { FlowCard } from "./FlowCard";
import { LocationCard } from "./LocationCard";
import { OrderCard } from "./OrderCard";

export type CardShown = Extract<Shown, { as: "location" | "contacts" | "order" | "flow" }>;

/** Content that is more than words and no file. A part of its own, loaded when the first one is met. */
export default function Cards({ shown }: { shown: CardShown }) {
  switch (shown.as) {
    case "location":
      return <LocationCard place={shown.place} />;
    case "contacts":
      return <ContactsCard cards={shown.cards} />;
    case "order":
      return <OrderCard order={shown.order} />;
    case "flow":
      return <FlowCard flow={shown.flow} />;
  }
}
