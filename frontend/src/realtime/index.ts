export * from "./actions";
export { type Realtime, RealtimeContext, useRealtime } from "./context";
export * from "./hooks";
export * from "./messageActions";
export { RealtimeProvider } from "./RealtimeProvider";
export * from "./types";
export type { Upload } from "./uploads";
