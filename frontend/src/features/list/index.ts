// `app` puts the list beside the thread and says where a conversation lives.
export { ListPanel } from "./ListPanel";
export { ListSkeleton } from "./ListSkeleton";
export { useUnreadTitle } from "./useUnreadTitle";
