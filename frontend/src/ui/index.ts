export { Avatar } from "./Avatar";
export { initials, stableIndex } from "./initials";
export { personHandle, personName } from "./personName";
export { EmptyState, ErrorState } from "./states";
export { Ticks } from "./Ticks";
export { TimeLabel } from "./TimeLabel";
export { cssVariables, palette, theme } from "./theme";
export { clockTime, dayLabel, dayNumber, fullTime, listTime, useZone, ZoneProvider } from "./time";
export { useNow } from "./useNow";
