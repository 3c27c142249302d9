export * from "./actions";
export { type Realtime, RealtimeContext, useRealtime } from "./context";
export * from "./hooks";
export { RealtimeProvider } from "./RealtimeProvider";
export * from "./types";
