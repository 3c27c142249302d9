// `app` shows it beside the thread; below 1100 px it lies over it, and `app` gives the place.
export { ContactPanel } from "./ContactPanel";
// Above the thread while the panel is out of sight.
export { MergeBar } from "./merging/MergeBar";
