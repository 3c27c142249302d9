// `app` puts it below the thread, which hands it the slot: see features/thread/index.ts.
export { Composer } from "./Composer";
