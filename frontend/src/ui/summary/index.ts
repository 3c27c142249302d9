export { type IconType, kindIcon } from "./kindIcon";
export { useKindTitle } from "./useKindTitle";
export { type Summarised, type Summary, useSummary } from "./useSummary";
