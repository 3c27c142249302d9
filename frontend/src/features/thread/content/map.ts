import type { Place } from "./kinds";

/** `4.653382, -74.083633`: as many digits as tell one door from the next. */
export function coordinates({ latitude, longitude }: Pick<Place, "latitude" | "longitude">): string {
  return `${trimmed(latitude)}, ${trimmed(longitude)}`;
}

/** Where to look a place up. Nothing is asked of anyone until somebody follows it. */
export function mapUrl({ latitude, longitude }: Pick<Place, "latitude" | "longitude">): string {
  const query = `${trimmed(latitude)},${trimmed(longitude)}`;
  return `https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(query)}`;
}

const trimmed = (degrees: number) => degrees.toFixed(6).replace(/\.?0+$/, "");

export interface Street {
  d: string;
  isMain: boolean;
}

/** A few streets that look like a map and are none: the same for the same place, and asked of nobody. */
export function drawnStreets({ latitude, longitude }: Pick<Place, "latitude" | "longitude">): Street[] {
  let state = (Math.round(latitude * 1e4) * 73_856_093) ^ (Math.round(longitude * 1e4) * 19_349_663) || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const tilt = random() * 24 - 12;
  const streets: Street[] = [];
  for (let x = -20 + random() * 30; x < 320; x += 34 + random() * 40)
    streets.push({ d: `M${x.toFixed(0)} -10 L${(x + tilt).toFixed(0)} 150`, isMain: random() > 0.72 });
  for (let y = 6 + random() * 20; y < 140; y += 28 + random() * 26)
    streets.push({ d: `M-10 ${y.toFixed(0)} L310 ${(y - tilt).toFixed(0)}`, isMain: random() > 0.72 });
  return streets;
}
