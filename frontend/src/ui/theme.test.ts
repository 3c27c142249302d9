import { expect, test } from "vitest";

import { cssVariables, palette, theme } from "./theme";

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["canvas", "surface", "raised", "hover", "selected"] as const;
const WORDS = ["text", "dimmed", "accent-text", "success", "warning", "danger", "assistant"] as const;

test.each(["light", "dark"] as const)("words can be read on every surface (%s)", (scheme) => {
  const colors = palette[scheme];
  for (const surface of SURFACES)
    for (const word of WORDS)
      expect(contrast(colors[word], colors[surface]), `${word} on ${surface}`).toBeGreaterThanOrEqual(4.5);
});

test.each(["light", "dark"] as const)("bubbles, tints and counters too (%s)", (scheme) => {
  const colors = palette[scheme];
  const pairs = [
    ["text", "bubble-in"],
    ["text", "bubble-out"],
    ["bubble-meta", "bubble-in"],
    ["bubble-meta", "bubble-out"],
    ["text", "note"],
    ["warning", "warning-tint"],
    ["danger", "danger-tint"],
    ["assistant", "assistant-tint"],
    ["on-accent", "accent"],
  ] as const;
  for (const [word, ground] of pairs)
    expect(contrast(colors[word], colors[ground]), `${word} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  for (const bubble of ["bubble-in", "bubble-out"] as const)
    for (const tick of ["tick", "tick-read"] as const)
      expect(contrast(colors[tick], colors[bubble]), `${tick} on ${bubble}`).toBeGreaterThanOrEqual(3);
});

test("words can be read on filled buttons", () => {
  for (const color of ["teal", "red"] as const)
    for (const shade of [6, 7])
      expect(contrast(theme.white!, theme.colors![color]![shade]!), color).toBeGreaterThanOrEqual(4.5);
});

test("initials can be read on their colours", () => {
  const { light, dark } = cssVariables(theme as never);
  for (const variables of [light, dark])
    for (let hue = 0; hue < 8; hue++) {
      const pair = [variables[`--b-hue-${hue}`]!, variables[`--b-hue-${hue}-text`]!] as const;
      expect(contrast(...pair), `hue ${hue}`).toBeGreaterThanOrEqual(4.5);
    }
});
