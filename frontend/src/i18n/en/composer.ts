import type { Texts } from "../texts";

export const composer: Texts["composer"] = {
  label: "Write a message",
  placeholder: "Write your message…",
  send: "Send",
  sendHint: "Enter sends · Shift + Enter makes a new line",
  tooLong_one: "{{count}} character too many",
  tooLong_other: "{{count}} characters too many",
  left_one: "{{count}} character left",
  left_other: "{{count}} characters left",
  replyingTo: "Replying to {{name}}",
  replyingToYou: "Replying to your message",
  cancelReply: "Remove the quote",
  window: {
    left: "{{time}} left",
    explained: "Time to answer freely: 24 hours from the customer's last message.",
    doubtful: "The window is about to close",
  },
  duration: { hours: "{{hours}} h", minutes: "{{minutes}} min", both: "{{hours}} h {{minutes}} min" },
  colleague: "{{name}} is handling this chat",
  presence: {
    typing_one: "{{names}} is typing…",
    typing_other: "{{names}} are typing…",
    viewing_one: "{{names}} is also viewing this chat",
    viewing_other: "{{names}} are also viewing this chat",
  },
  locked: {
    window:
      "More than 24 hours have passed since {{name}}'s last message. Wait for them to write before you answer.",
    never: "{{name}} has not written yet. You can answer when they do.",
    colleague: "{{name}} is handling this chat. Only they can answer.",
    unassigned: "Nobody is assigned to this chat and your role may not take it.",
  },
};
