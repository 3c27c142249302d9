import { readablePhone } from "./phone";

interface Person {
  name: string;
  phone: string | null;
  username: string | null;
}

/** What a customer is called: their name, else whatever they can be told by. Many have no number, or it is their name. */
export function personName({ name, phone, username }: Person, unnamed: string): string {
  return (name !== phone && name) || (phone && readablePhone(phone)) || (username ? `@${username}` : unnamed);
}

/** The number, or the username of somebody who shows none. */
export function personHandle({ phone, username }: Omit<Person, "name">): string | null {
  if (phone !== null) return readablePhone(phone);
  return username ? `@${username}` : null;
}
