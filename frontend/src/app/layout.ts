import { useMediaQuery } from "@mantine/hooks";

const AT_ONCE = { getInitialValueInEffect: false };

/** One panel at a time, and the menu below. */
export const useIsNarrow = () => useMediaQuery("(max-width: 719.98px)", undefined, AT_ONCE);

/** Room for all three panels side by side. */
export const useIsWide = () => useMediaQuery("(min-width: 1100px)", undefined, AT_ONCE);

/** Where a menu of the rail opens: above a wide rail and the bar of a phone, beside a slim rail. */
export function useMenuPosition(isRailOpen: boolean): "top-start" | "top-end" | "right-end" {
  const isNarrow = useIsNarrow();
  if (isNarrow) return "top-end";
  return isRailOpen ? "top-start" : "right-end";
}
