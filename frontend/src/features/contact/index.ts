// `app` shows it beside the thread; below 1100 px it lies over it, and `app` gives the place.
export { ContactPanel } from "./ContactPanel";
