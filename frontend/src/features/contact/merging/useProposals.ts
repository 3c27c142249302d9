import { type MergeProposal, type ProposedContact, useMe, useMergeProposals } from "@/api";
import { personHandle, personName } from "@/ui";

/** Those that ask whether this contact and another one are one person, for people who may answer. */
export function useProposals(contactId: number | undefined): MergeProposal[] {
  const { data: me } = useMe();
  const { data = [] } = useMergeProposals("open", me?.permissions?.see_all ?? false);
  return data.filter(({ contact, other }) => contact.id === contactId || other.id === contactId);
}

/** What the other one of the two is called; by number or username where both have one name. */
export function twinName({ contact, other }: MergeProposal, contactId: number, unnamed: string): string {
  const [self, twin] = contact.id === contactId ? [contact, other] : [other, contact];
  const name = personName(twin, unnamed);
  return name === personName(self, unnamed) ? (personHandle(twin) ?? name) : name;
}

/** What both are called where they are named side by side: with number or username where that is one name. */
export function bothNames(
  pair: readonly [ProposedContact, ProposedContact],
  unnamed: string,
): [string, string] {
  const [one, other] = pair.map((person) => personName(person, unnamed)) as [string, string];
  if (one !== other) return [one, other];
  const [first, second] = pair.map(personHandle);
  const full = (handle: string | null | undefined) => (handle && handle !== one ? `${one} (${handle})` : one);
  return [full(first), full(second)];
}
