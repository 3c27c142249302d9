// `app` composes: features do not know each other. The thread hands the message box what belongs to the
// conversation on screen, so `app` writes
//   <ThreadPanel conversationId={id} composer={(slot) => <Composer conversationId={id} {...slot} />} … />
export type { ComposerSlot } from "./model/slot";
export { ThreadPanel } from "./ThreadPanel";
