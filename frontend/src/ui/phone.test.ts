import fc from "fast-check";
import { expect, test } from "vitest";

import { readablePhone } from "./phone";

test.each([
  ["+573001234567", "+57 300 123 4567"],
  ["+576015550100", "+57 601 555 0100"],
  ["+525512345678", "+52 55 1234 5678"],
  ["+528112345678", "+52 81 1234 5678"],
  ["+529981234567", "+52 998 123 4567"],
  ["+12015550123", "+1 201 555 0123"],
  ["+5491123456789", "+54 9 11 2345 6789"],
  ["+5493511234567", "+54 9 351 123 4567"],
  ["+5511961234567", "+55 11 96123 4567"],
  ["+551131234567", "+55 11 3123 4567"],
  ["+56961234567", "+56 9 6123 4567"],
  ["+51912345678", "+51 912 345 678"],
  ["+593991234567", "+593 99 123 4567"],
  ["+584121234567", "+58 412 123 4567"],
  ["+50251234567", "+502 5123 4567"],
  ["+34612345678", "+34 612 345 678"],
  ["+33612345678", "+33 6 12 34 56 78"],
  ["+971501234567", "+971 501 234 567"],
  ["+4915123456789", "+49 151 2345 6789"],
  ["+8613812345678", "+86 138 1234 5678"],
  ["+5730012", "+57 300 12"],
  ["+3412345", "+34 123 45"],
])("%s reads %s", (phone, read) => {
  expect(readablePhone(phone)).toBe(read);
});

test.each(["", "573001234567", "+57 300", "300 555 0199", "+12345", "@lucia", "+57abc"])(
  "what is no number with its country stays as it is: %j",
  (text) => {
    expect(readablePhone(text)).toBe(text);
  },
);

test("no digit is lost or added, and none stands alone at the end", () => {
  const numbers = fc.stringMatching(/^[1-9]\d{6,14}$/);
  fc.assert(
    fc.property(numbers, (digits) => {
      const read = readablePhone(`+${digits}`);
      expect(read.replaceAll(" ", "")).toBe(`+${digits}`);
      expect(read).toMatch(/^\+\d{1,3}( \d+)*$/);
      expect(read).toMatch(/\d{2,}$/);
    }),
  );
});

test.each([7, 8, 9, 10, 11, 12, 13, 14, 15])("of %i digits none stands alone at the end", (length) => {
  // Country codes of one, two and three digits.
  for (const country of ["1", "34", "57", "502"])
    expect(readablePhone(`+${country.padEnd(length, "23456789")}`)).toMatch(/ \d{2,}$/);
});
