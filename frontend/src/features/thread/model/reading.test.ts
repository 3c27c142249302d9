import { expect, test } from "vitest";

import { readThrough } from "./reading";

const READING = {
  unreadCount: 2,
  assigneeId: 1,
  viewerId: 1,
  isManaged: true,
  isAttentive: true,
  isAtEnd: true,
  lastMessageId: 50,
  saidMessageId: null,
};

test.each([
  ["the one in charge looks at the newest", {}, 50],
  ["nobody is in charge", { assigneeId: null }, 50],
  ["a manager looks into a colleague's chat", { assigneeId: 2 }, null],
  ["tickets are not managed", { assigneeId: 2, isManaged: false }, 50],
  ["the page is in the background", { isAttentive: false }, null],
  ["the reader is further up", { isAtEnd: false }, null],
  ["all is read", { unreadCount: 0 }, null],
  ["it was said already", { saidMessageId: 50 }, null],
  ["a new one came since it was said", { saidMessageId: 49 }, 50],
  ["an old one arrived late and stands last no more", { saidMessageId: 51 }, 50],
  ["nothing is loaded", { lastMessageId: null }, null],
  ["the person is not known yet", { viewerId: null }, null],
])("%s", (_case, fields, expected) => {
  expect(readThrough({ ...READING, ...fields })).toBe(expected);
});
