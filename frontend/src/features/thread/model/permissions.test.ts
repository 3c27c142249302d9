import { expect, test } from "vitest";

import type { Conversation, Me } from "@/api";
import { ANA, BETO, conversation, me } from "@/testing/builders";

import { allowedActions } from "./permissions";

const owner = me();
const beto = me({
  membership: { ...BETO, role: "agent" },
  permissions: { assign_others: false, take_unassigned: true, see_all: false, manage_settings: false },
});
const outOfQueue: Me = { ...beto, permissions: { ...beto.permissions!, take_unassigned: false } };
const unmanaged: Me = {
  ...beto,
  organization: { ...beto.organization!, ticket_management: false },
  permissions: { ...beto.permissions!, see_all: true },
};

const names = (row: Partial<Conversation>, viewer: Me | undefined) =>
  Object.entries(allowedActions(conversation(row), viewer))
    .filter(([, allowed]) => allowed)
    .map(([name]) => name);

test.each([
  ["an owner sees an unassigned one", { status: "unassigned" }, owner, ["take", "assign", "close"]],
  ["an owner sees a colleague's", { assignee: BETO }, owner, ["assign", "handBack", "close"]],
  ["an owner sees a closed one", { status: "closed", assignee: BETO }, owner, ["assign", "reopen"]],
  ["an agent sees the queue", { status: "unassigned" }, beto, ["take"]],
  ["an agent may not take", { status: "unassigned" }, outOfQueue, []],
  ["an agent sees their own", { assignee: BETO }, beto, ["handBack", "close"]],
  ["an agent sees their own, closed", { status: "closed", assignee: BETO }, beto, ["reopen"]],
  ["an agent sees a colleague's", { assignee: ANA }, beto, []],
  ["tickets are not managed", { status: "open" }, unmanaged, ["close"]],
  ["it began with us and has no answer", { status: "none" }, owner, ["take", "assign"]],
  ["the person is not known yet", { status: "unassigned" }, undefined, []],
] as [string, Partial<Conversation>, Me | undefined, string[]][])("%s", (_case, row, viewer, expected) => {
  expect(names(row, viewer)).toEqual(expected);
});
