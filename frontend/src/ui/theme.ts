import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { createElement } from "react";

/** The accent: action and selection, nothing else. */
const teal: MantineColorsTuple = [
  "#E9F6F4",
  "#D3ECE9",
  "#A5D8D3",
  "#74C3BB",
  "#45ABA3",
  "#1F928B",
  "#0B7A75",
  "#09655F",
  "#074F4B",
  "#053A37",
];

/** What failed, and what takes something away. */
const red: MantineColorsTuple = [
  "#FDECEC",
  "#FAD6D6",
  "#F3ABAB",
  "#EA7F7F",
  "#E05C5C",
  "#D84343",
  "#D03030",
  "#B52727",
  "#961F1F",
  "#731717",
];

/** Greys, slightly warm. */
const gray: MantineColorsTuple = [
  "#FAF9F7",
  "#F4F2EF",
  "#EAE7E3",
  "#DDD9D4",
  "#C5C0B9",
  "#9E9890",
  "#716B64",
  "#57524C",
  "#3A3631",
  "#211E1A",
];

/** Text from 0 down to 3, lines 4 and 5, then the three layers: raised, surface, canvas. */
const dark: MantineColorsTuple = [
  "#E9E7E4",
  "#CBC8C3",
  "#A9A6A1",
  "#8D8B87",
  "#3A4046",
  "#2A3035",
  "#1E2326",
  "#171B1E",
  "#111416",
  "#0B0D0F",
];

/** Kinds of figures, waits, dangers and voices that have a colour of their own. Names: `var(--b-…)`. */
const light = {
  canvas: gray[1],
  surface: "#FFFFFF",
  raised: "#FFFFFF",
  hover: gray[1],
  selected: teal[0],
  border: gray[2],
  "border-strong": gray[4],
  text: gray[9],
  dimmed: "#66615A",
  accent: teal[6],
  "accent-text": "#09655F",
  "on-accent": "#FFFFFF",
  "bubble-in": "#FFFFFF",
  "bubble-out": "#DDF1EE",
  "bubble-meta": "#5C5F5A",
  "bubble-border": "rgb(33 30 26 / 8%)",
  inset: "rgb(33 30 26 / 5%)",
  "inset-hover": "rgb(33 30 26 / 9%)",
  note: "#FFF6D6",
  "note-border": "#E9D68B",
  tick: "#6E726C",
  "tick-read": "#1273C4",
  success: "#1B7F3B",
  warning: "#9A5B00",
  "warning-tint": "#FFF3DC",
  danger: "#C42B2B",
  "danger-tint": "#FDECEC",
  assistant: "#6B4BC8",
  "assistant-tint": "#F1EDFC",
  flash: "#BFE6E1",
  shadow: "0 6px 24px rgb(33 30 26 / 12%), 0 1px 3px rgb(33 30 26 / 10%)",
};

const night: typeof light = {
  canvas: dark[8],
  surface: dark[7],
  raised: dark[6],
  hover: dark[6],
  selected: "#17312F",
  border: "#262B2F",
  "border-strong": "#434A50",
  text: dark[0],
  dimmed: dark[2],
  accent: teal[6],
  "accent-text": "#6CC7BF",
  "on-accent": "#FFFFFF",
  "bubble-in": dark[6],
  "bubble-out": "#123B38",
  "bubble-meta": "#A7B3AF",
  "bubble-border": "rgb(255 255 255 / 5%)",
  inset: "rgb(255 255 255 / 6%)",
  "inset-hover": "rgb(255 255 255 / 11%)",
  note: "#362F18",
  "note-border": "#5D5025",
  tick: "#98A5A1",
  "tick-read": "#5DB4F5",
  success: "#5CC480",
  warning: "#EDB04F",
  "warning-tint": "#33290F",
  danger: "#FF8080",
  "danger-tint": "#3A1C1D",
  assistant: "#B19CF5",
  "assistant-tint": "#251F3B",
  flash: "#1F5A55",
  shadow: "0 8px 28px rgb(0 0 0 / 50%), 0 1px 3px rgb(0 0 0 / 40%)",
};

/** Ground and letter of the initials, light then dark, by hue; none reads as a warning or a selection. */
const hues: [string, string, string, string][] = [
  ["#DCEBFA", "#1B5285", "#1D3449", "#A6CDF2"],
  ["#E6E3FA", "#4A3E9C", "#2C2A4B", "#BFB7F5"],
  ["#F6E0F0", "#86306D", "#432540", "#EDADDA"],
  ["#FBE3DC", "#8F3A20", "#472A22", "#F3B3A0"],
  ["#F8E9CC", "#7A4E07", "#40321A", "#E9C787"],
  ["#E7EFCF", "#4C5F10", "#2E3719", "#C6D88A"],
  ["#D8F0DF", "#1D6438", "#1D3A29", "#98D8AF"],
  ["#D6EFF2", "#155F6B", "#17383D", "#8FD3DE"],
];
export const HUES = hues.length;

const hueVariables = (ground: 0 | 2) =>
  Object.fromEntries(
    hues.flatMap((hue, index) => [
      [`--b-hue-${index}`, hue[ground]],
      [`--b-hue-${index}-text`, hue[ground + 1]!],
    ]),
  );

const prefixed = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`--b-${name}`, value]));

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--b-bubble-radius": "12px",
    "--b-ease": "cubic-bezier(0.2, 0, 0, 1)",
    "--b-quick": "140ms",
  },
  light: {
    ...prefixed(light),
    ...hueVariables(0),
    "--mantine-color-body": light.surface,
    "--mantine-color-text": light.text,
    "--mantine-color-dimmed": light.dimmed,
    "--mantine-color-placeholder": "#736E67",
    "--mantine-color-default-border": gray[3],
    "--mantine-color-error": light.danger,
    "--mantine-color-anchor": light["accent-text"],
    "--menu-item-hover": light.hover,
  },
  dark: {
    ...prefixed(night),
    ...hueVariables(2),
    "--mantine-color-body": night.surface,
    "--mantine-color-text": night.text,
    "--mantine-color-dimmed": night.dimmed,
    "--mantine-color-placeholder": "#94918C",
    "--mantine-color-default-border": "#363C41",
    "--mantine-color-error": night.danger,
    "--mantine-color-anchor": night["accent-text"],
    "--menu-item-hover": dark[5],
    // Else it is mixed from the warm greys of the light scheme, and darker than what it lies on.
    "--mantine-color-gray-light-hover": "rgb(255 255 255 / 8%)",
  },
});

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 6, dark: 6 },
  colors: { teal, red, gray, dark },
  white: "#FFFFFF",
  black: gray[9],
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px", xxl: "32px" },
  fontFamily: '"Inter Variable", "Inter Fallback", system-ui, "Noto Sans", "Noto Color Emoji", sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "18px", md: "20px", lg: "24px", xl: "28px" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "20px", lineHeight: "28px" } } },
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 32 } },
    // The fill of buttons is too dark to be seen on dark ground.
    Loader: { defaultProps: { color: "var(--b-accent-text)" } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 12, px: 8, py: 4 } },
    Menu: {
      defaultProps: {
        shadow: "lg",
        withInitialFocusPlaceholder: false,
        transitionProps: { transition: "fade", duration: 120 },
      },
    },
    MenuRadioItem: { defaultProps: { checkIcon: createElement(IconCheck, { size: 16, stroke: 2 }) } },
    Popover: { defaultProps: { shadow: "lg", transitionProps: { transition: "fade", duration: 120 } } },
    Modal: { defaultProps: { centered: true, transitionProps: { transition: "fade", duration: 140 } } },
  },
});

/** The raw values of both schemes, for what has to be checked or drawn outside CSS. */
export const palette = { light, dark: night };
