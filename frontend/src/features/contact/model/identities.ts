import type { Contact } from "@/api";

/** The identities that say more than the phone number above them. */
export function distinctIdentities({ identities, phone }: Contact): Contact["identities"] {
  const digits = (value: string) => value.replace(/\D/g, "");
  return identities.filter(
    ({ kind, value }) => kind !== "phone" || phone === null || digits(value) !== digits(phone),
  );
}
