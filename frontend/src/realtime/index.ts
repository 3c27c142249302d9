export * from "./actions";
export { type Realtime, RealtimeContext, useRealtime } from "./context";
export * from "./hooks";
export * from "./types";
