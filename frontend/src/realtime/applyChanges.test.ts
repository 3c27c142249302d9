import { describe, expect, test } from "vitest";

import type { AppEvent, Conversation, MergeProposal, Message, Page, Pages } from "@/api";
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

describe("two contacts that become one", () => {
  const kept = contact({
    id: 500_001,
    name: "Lucía Gómez",
    conversations: [{ id: 1, status: "open", last_activity_at: at(0) }],
  });
  const merged = event(9, "contact.merged", { contact: kept, merged_id: 500_002 });
  const other = conversation({
    id: 2,
    contact: { id: 500_002, name: "Lucía", phone: null, username: "lu" },
  });

  test("the other's conversations bear the one's name, and are asked for again", () => {
    const outcome = told<Conversation>({ kind: "conversation", id: 2, data: other }, merged);
    expect(outcome.data.contact).toMatchObject({ id: 500_001, name: "Lucía Gómez" });
    expect(outcome.stale).toBe(true);
  });

  test("the other is gone, the one is what the event says", () => {
    expect(told({ kind: "contact", id: 500_002, data: contact({ id: 500_002 }) }, merged)).toEqual({
      gone: true,
    });
    expect(told({ kind: "contact", id: 500_001, data: contact() }, merged).data).toMatchObject({
      name: "Lucía Gómez",
    });
  });

  test("threads into which messages came are asked for again, others are not", () => {
    expect(told(thread(held), merged).stale).toBe(true);
    expect(told({ kind: "messages", id: 77, data: pages([held]) }, merged).stale).toBeUndefined();
  });
});

test("proposals come and go", () => {
  const merge_proposal = proposal({ id: 4 });
  const opened = event(1, "merge_proposal.opened", { merge_proposal });
  const closed = event(2, "merge_proposal.closed", {
    merge_proposal: { ...merge_proposal, state: "merged" },
  });
  const list = (data: MergeProposal[]): Entry => ({ kind: "merge-proposals", data });
  expect(told(list([]), opened).data).toEqual([merge_proposal]);
  expect(told(list([merge_proposal]), opened).data).toEqual([merge_proposal]);
  expect(told(list([merge_proposal]), closed).data).toEqual([]);
  expect(told(list([]), closed, opened).data).toEqual([]);
});

test("a channel in trouble is shown as such", () => {
  const trouble = {
    code: 190,
    title: { es: "Token vencido", en: "Token expired" },
    advice: { es: "", en: "" },
    detail: "",
    since: at(0),
  };
  const news = event(1, "channel.updated", { channel: channel({ trouble }) });
  expect(told({ kind: "channels", data: [channel(), channel({ id: 2 })] }, news).data).toMatchObject([
    { id: 1, trouble: { code: 190 } },
    { id: 2, trouble: null },
  ]);
});
