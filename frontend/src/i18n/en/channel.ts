import type { Texts } from "../texts";

export const channel: Texts["channel"] = {
  stopped: "Sending from this number has stopped: {{reason}}",
  stoppedOf: "Sending from {{name}} has stopped: {{reason}}",
  waiting: "What you write is kept and goes out when sending resumes.",
  resume: "Resume",
  resumeHint: "Once it is solved, resume sending.",
  resumed: "Sending has resumed",
  resumedHint: "What was waiting goes out now. If the cause remains, the notice will be back.",
  resumeFailed: "Sending could not be resumed",
};
