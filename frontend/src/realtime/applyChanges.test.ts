import { describe, expect, test } from "vitest";

import type { AppEvent, Contact, Conversation, MergeProposal, Message, Page, Pages } from "@/api";
import {
  at,
  attachment,
  channel,
  contact,
  conversation,
  event,
  lastOf,
  message,
  proposal,
} from "@/testing/builders";

import { apply, type Entry, type Outcome } from "./apply";
import { Knowledge } from "./knowledge";

/** What comes after a message: edits, deletions, reactions, files; people who become one; channels. */

const OWNER = { seesAll: true };
const page = <T>(results: T[]): Page<T> => ({ results, next: null, previous: null });
const pages = <T>(results: T[]): Pages<T> => ({ pages: [page(results)], pageParams: [null] });
const told = <T>(entry: Entry, ...events: AppEvent[]) =>
  apply(entry, new Knowledge().learn(events), OWNER) as Outcome<T> & { data: T; stale?: true };

const held = message({ id: 7, text: "El miércoles", occurred_at: at(1) });
const thread = (...messages: Message[]): Entry => ({ kind: "messages", id: 1, data: pages(messages) });
const shown = (outcome: { data: Pages<Message> }) => outcome.data.pages[0]!.results[0]!;
const updated = (seq: number, fields: Partial<Message>) =>
  event(seq, "message.updated", {
    message: { ...held, ...fields },
    conversation_id: 1,
    last_message: lastOf({ ...held, ...fields }),
    last_activity_at: at(1),
  });

describe("a message that changes", () => {
  const edited = updated(5, { text: "El jueves", edited_at: at(5) });
  const deleted = updated(6, { text: "", deleted_at: at(6) });

  test("shows what it says now", () => {
    expect(shown(told(thread(held), edited))).toMatchObject({ text: "El jueves", edited_at: at(5) });
  });

  test("changes once, however often that is told", () => {
    const once = told<Pages<Message>>(thread(held), edited);
    const twice = told<Pages<Message>>({ kind: "messages", id: 1, data: once.data }, edited, edited);
    expect(shown(twice)).toEqual(shown(once));
  });

  test.each([
    ["before its edit is told", [deleted, edited]],
    ["after it", [edited, deleted]],
  ])("that was deleted never shows its words, %s", (_name, events) => {
    expect(shown(told(thread(held), ...events))).toMatchObject({ text: "", deleted_at: at(6) });
  });

  test("a deletion in a snapshot is not undone by an event from before it", () => {
    const gone = { ...held, text: "", deleted_at: at(6) };
    expect(shown(told(thread(gone), edited))).toMatchObject({ text: "", deleted_at: at(6) });
  });

  test("a later edit in a snapshot is not undone by an earlier one", () => {
    const later = { ...held, text: "El viernes", edited_at: at(9) };
    expect(shown(told(thread(later), edited)).text).toBe("El viernes");
  });

  test("that was deleted is not repeated by those that quote it", () => {
    const quote = {
      id: 7,
      direction: "inbound",
      type: "text",
      author_name: "",
      preview: "El miércoles",
      deleted_at: null,
    } as const;
    const answer = message({ id: 8, text: "¿Seguro?", reply_to: quote, occurred_at: at(2) });
    const { data } = told<Pages<Message>>({ kind: "messages", id: 1, data: pages([answer, held]) }, deleted);
    expect(data.pages[0]!.results[0]).toMatchObject({
      text: "¿Seguro?",
      reply_to: { id: 7, preview: "", deleted_at: at(6) },
    });
  });

  test("keeps the tick that it has, which no edit turns back", () => {
    const ours = { ...held, direction: "outbound", status: "read" } as const;
    const news = updated(5, {
      ...ours,
      status: "sent",
      reactions: [{ side: "contact", emoji: "👍", member: null }],
    });
    expect(shown(told(thread(ours), news))).toMatchObject({ status: "read", reactions: [{ emoji: "👍" }] });
  });

  test("gets its file when that has come", () => {
    const waiting = attachment({ id: 3, state: "waiting", url: null });
    const stored = updated(5, { attachments: [{ ...waiting, state: "stored", url: "/x" }] });
    expect(shown(told(thread({ ...held, attachments: [waiting] }), stored)).attachments[0]?.state).toBe(
      "stored",
    );
  });

  test("changes its line in the list, which never shows what was deleted", () => {
    const row = conversation({
      id: 1,
      last_message: lastOf(held),
    });
    const list = (data: Pages<Conversation>): Entry => ({
      kind: "conversations",
      filter: { status: "all", sort: "newest", q: "" },
      data,
    });
    const line = (outcome: { data: Pages<Conversation> }) => outcome.data.pages[0]!.results[0]!.last_message;
    const first = told<Pages<Conversation>>(list(pages([row])), deleted);
    expect(line(first)).toMatchObject({ preview: "", deleted_at: at(6) });
    expect(line(told(list(first.data), edited))).toMatchObject({ preview: "", deleted_at: at(6) });
  });
});

test("a reaction moves the chat up, and leaves what was written last", () => {
  const [one, two] = [1, 2].map((id) => conversation({ id, last_activity_at: at(id) }));
  const reacted = event(9, "message.updated", {
    message: held,
    conversation_id: 1,
    last_message: one!.last_message,
    last_activity_at: at(3),
  });
  const list = (data: Pages<Conversation>): Entry => ({
    kind: "conversations",
    filter: { status: "all", sort: "newest", q: "" },
    data,
  });
  const rows = (outcome: { data: Pages<Conversation> }) => outcome.data.pages[0]!.results;
  const outcome = told<Pages<Conversation>>(list(pages([two!, one!])), reacted);
  expect(rows(outcome).map(({ id }) => id)).toEqual([1, 2]);
  expect(rows(outcome)[0]!.last_message).toBe(one!.last_message);

  const cut = { ...pages([two!]), pages: [{ ...page([two!]), next: "/more" }] };
  expect(told(list(cut), reacted).stale).toBe(true);
});

describe("two contacts that become one", () => {
  const kept = { id: 500_001, name: "Lucía Gómez", phone: "+573005550101", username: null };
  const into = conversation({ id: 1, contact: kept });
  const merged = [
    event(7, "conversation.removed", { id: 2, moved_to: 1 }),
    event(8, "conversation.rebuilt", { conversation: into }),
    event(9, "contact.merged", {
      contact: contact({ ...kept, conversations: [{ id: 1, status: "open", last_activity_at: at(0) }] }),
      merged_id: 500_002,
    }),
  ];

  test("the joined thread is asked for again, others are not", () => {
    expect(told(thread(held), ...merged).stale).toBe(true);
    expect(told({ kind: "messages", id: 77, data: pages([held]) }, ...merged).stale).toBeUndefined();
    expect(told({ kind: "messages", id: 2, data: pages([held]) }, ...merged)).toEqual({ gone: true });
  });

  test("a chat that only changes hands bears the name of its new owner", () => {
    const moved = conversation({ id: 5, contact: kept });
    const outcome = told<Conversation>(
      { kind: "conversation", id: 5, data: conversation({ id: 5 }) },
      event(3, "conversation.rebuilt", { conversation: moved }),
    );
    expect(outcome.data).toEqual(moved);
  });

  test("the other is gone; the one keeps the chats that the event does not name", () => {
    expect(told({ kind: "contact", id: 500_002, data: contact({ id: 500_002 }) }, ...merged)).toEqual({
      gone: true,
    });
    const chat = (id: number) => ({ id, status: "closed" as const, last_activity_at: at(-id) });
    const before = contact({ id: 500_001, name: "Lucía", conversations: [chat(1), chat(4)] });
    const { data } = told<Contact>({ kind: "contact", id: 500_001, data: before }, ...merged);
    expect(data.name).toBe("Lucía Gómez");
    expect(data.conversations).toEqual([
      { id: 1, status: into.status, last_activity_at: into.last_activity_at },
      chat(4),
    ]);
  });

  test("and two again: each has its own chats", () => {
    const again = conversation({ id: 4, contact: { ...kept, id: 500_002 } });
    const chat = { id: 4, status: "closed" as const, last_activity_at: at(-1) };
    const undone = event(12, "conversation.rebuilt", { conversation: again });
    const chats = (id: number, held: Contact["conversations"]) =>
      told<Contact>({ kind: "contact", id, data: contact({ id, conversations: held }) }, undone).data
        .conversations;
    expect(chats(500_001, [chat])).toEqual([]);
    expect(chats(500_002, [])).toMatchObject([{ id: 4, status: again.status }]);
  });
});

test("proposals come and go", () => {
  const merge_proposal = proposal({ id: 4 });
  const opened = event(1, "merge_proposal.opened", { merge_proposal });
  const decided = (seq: number, state: MergeProposal["state"]) =>
    event(seq, "merge_proposal.closed", { merge_proposal: { ...merge_proposal, state } });
  const list = (state: MergeProposal["state"], data: MergeProposal[]): Entry => ({
    kind: "merge-proposals",
    state,
    data,
  });
  const ids = (entry: Entry, ...events: AppEvent[]) =>
    told<MergeProposal[]>(entry, ...events).data.map(({ id }) => id);
  expect(ids(list("open", [proposal({ id: 3 })]), opened)).toEqual([4, 3]);
  expect(ids(list("open", [merge_proposal]), opened)).toEqual([4]);
  expect(ids(list("open", [merge_proposal]), decided(2, "merged"))).toEqual([]);
  expect(ids(list("open", []), decided(2, "merged"), opened)).toEqual([]);
  expect(ids(list("merged", []), decided(2, "merged"))).toEqual([4]);
  expect(ids(list("merged", [merge_proposal]), decided(3, "dismissed"))).toEqual([]);
});

test("a channel in trouble is shown as such", () => {
  const trouble = {
    code: 190,
    title: { es: "Token vencido", en: "Token expired" },
    advice: { es: "", en: "" },
    owner_advice: { es: "", en: "" },
    detail: "",
    since: at(0),
  };
  const news = event(1, "channel.updated", { channel: channel({ trouble }) });
  expect(told({ kind: "channels", data: [channel(), channel({ id: 2 })] }, news).data).toMatchObject([
    { id: 1, trouble: { code: 190 } },
    { id: 2, trouble: null },
  ]);
});
