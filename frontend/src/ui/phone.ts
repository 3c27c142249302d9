// Countries where a number is read in groups of its own. Elsewhere threes and fours do.
const OWN_GROUPS = [
  /^(52)(33|5[56]|81)(\d{4})(\d{4})$/,
  /^(52)(\d{3})(\d{3})(\d{4})$/,
  /^(54)(9)(11)(\d{4})(\d{4})$/,
  /^(54)(9)(\d{3})(\d{3})(\d{4})$/,
  /^(55)(\d\d)(\d{4,5})(\d{4})$/,
  /^(56)([29])(\d{4})(\d{4})$/,
  /^(593)(\d\d)(\d{3})(\d{4})$/,
  /^(33)(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/,
];
const COUNTRY = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const SHORTEST = 7;

/**
 * Write a number with spaces, as people read it aloud: +57 300 123 4567. Anything else stays as it is.
 *
 * Only for reading: what is copied, sent and compared has no spaces.
 *
 * Source: ITU-T E.123 (international notation), E.164 (country codes).
 */
export function readablePhone(phone: string): string {
  const digits = /^\+(\d+)$/.exec(phone)?.[1];
  if (!digits || digits.length < SHORTEST) return phone;
  const own = OWN_GROUPS.map((groups) => groups.exec(digits)).find(Boolean);
  if (own) return `+${own.slice(1).join(" ")}`;
  const country = COUNTRY.exec(digits)![0];
  return [`+${country}`, ...grouped(digits.slice(country.length))].join(" ");
}

/** Threes, and fours at the end instead of a one or two that would be left: 3 3 4, 4 4. Five are too few for it: 3 2. */
function grouped(national: string): string[] {
  const fours = national.length === 5 ? 0 : national.length % 3;
  const middle = national.length - 4 * fours;
  const split = (digits: string, groups: RegExp) => digits.match(groups) ?? [];
  return [...split(national.slice(0, middle), /\d{1,3}/g), ...split(national.slice(middle), /\d{4}/g)];
}
