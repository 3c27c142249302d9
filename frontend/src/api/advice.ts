import type { ChannelTrouble, Me } from "./types";

type Advised = Pick<ChannelTrouble, "advice" | "owner_advice">;

/** What the reader can do: owners mend it, the others ask one of them. */
export function adviceFor(me: Me | undefined, { advice, owner_advice }: Advised): ChannelTrouble["advice"] {
  // Events that an earlier version recorded have no words for owners.
  return (me?.membership?.role === "owner" && owner_advice) || advice;
}
