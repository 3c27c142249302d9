import type { Texts } from "../texts";

export const channel: Texts["channel"] = {
  stopped: "Sending from this number has stopped: {{reason}}",
  stoppedOf: "Sending from {{name}} has stopped: {{reason}}",
  waiting: "What you write is kept and leaves when sending goes on.",
  resume: "Resume",
  resumeHint: "Resume sending when you have solved it.",
  resumed: "Sending goes on",
  resumedHint: "What was waiting leaves now. If the cause remains, the notice comes back.",
  resumeFailed: "Sending could not be resumed",
};
