export * from "./actions";
export { type Realtime, RealtimeContext, useRealtime } from "./context";
export * from "./hooks";
export * from "./mergeActions";
export * from "./messageActions";
export { unsentElsewhere } from "./outboxStore";
export { RealtimeProvider } from "./RealtimeProvider";
export * from "./types";
export type { Upload } from "./uploads";
