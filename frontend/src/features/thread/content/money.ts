/** Amounts as exact decimal strings: never through a float, in which 0.1 + 0.2 is something else. */

const localeOf = (language: string) => (language.startsWith("en") ? "en-GB" : "es-CO");

/** `$10.000 COP`, `$120.000,50 COP`, `€12,50 EUR`; the code stands behind, as many sums are called «$». */
export function money(amount: string, currency: string, language: string): string {
  const code = /^[A-Z]{3}$/i.test(currency) ? currency.toUpperCase() : "";
  const sign = amount.startsWith("-") ? "−" : "";
  const symbol = code === "" ? "" : symbolOf(code, language);
  const digits = grouped(withCents(amount.replace(/^-/, "")), language);
  const shown = symbol === code ? digits : `${symbol}${digits}`;
  return `${sign}${shown}${currency && ` ${code || currency}`}`;
}

/** How many: `2`, `1,5`. */
export function quantity(amount: string, language: string): string {
  return grouped(amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount, language);
}

/** The product of two decimals, exactly. */
export function times(a: string, b: string): string {
  const [left, right] = [scaled(a), scaled(b)];
  const places = left.places + right.places;
  const product = left.value * right.value;
  const digits = (product < 0n ? -product : product).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const rest = digits.slice(digits.length - places).replace(/0+$/, "");
  return `${product < 0n ? "-" : ""}${whole}${rest && `.${rest}`}`;
}

function scaled(decimal: string): { value: bigint; places: number } {
  const [whole = "0", rest = ""] = decimal.split(".");
  return { value: BigInt(whole + rest), places: rest.length };
}

/** No cents where there are none, else at least two digits of them. */
function withCents(amount: string): string {
  const [whole = "0", rest = ""] = amount.split(".");
  const cents = rest.replace(/0+$/, "");
  return cents === "" ? whole : `${whole}.${cents.padEnd(2, "0")}`;
}

function grouped(decimal: string, language: string): string {
  const [whole = "0", rest = ""] = decimal.split(".");
  const formatter = new Intl.NumberFormat(localeOf(language), { useGrouping: "always" });
  const point = formatter.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  return formatter.format(BigInt(whole)) + (rest && point + rest);
}

function symbolOf(code: string, language: string): string {
  try {
    const parts = new Intl.NumberFormat(localeOf(language), {
      style: "currency",
      currency: code,
      currencyDisplay: "narrowSymbol",
    }).formatToParts(1);
    return parts.find(({ type }) => type === "currency")?.value ?? code;
  } catch {
    return code;
  }
}
