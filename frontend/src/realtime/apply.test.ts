import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { AppEvent, Conversation, ConversationFilter, Message, Page, Pages } from "@/api";
import { ANA, at, BETO, conversation, event, lastOf, me, message } from "@/testing/builders";
import { Model } from "@/testing/model";

import { apply, type Entry } from "./apply";
import { Knowledge } from "./knowledge";

const OWNER = { seesAll: true };
const AGENT = { seesAll: false };
const ALL: ConversationFilter = { status: "all", sort: "newest", q: "" };

function pages<T>(...pages: Page<T>[]): Pages<T> {
  return { pages, pageParams: pages.map((_, index) => (index === 0 ? null : String(index))) };
}

function page<T>(results: T[], next: string | null = null): Page<T> {
  return { results, next, previous: null };
}

const rows = (data: Pages<Conversation>) => data.pages.flatMap(({ results }) => results);
const ids = (data: Pages<{ id: number }>) => data.pages.flatMap(({ results }) => results.map(({ id }) => id));

function afterList(
  filter: Partial<ConversationFilter>,
  data: Pages<Conversation>,
  events: AppEvent[],
  viewer = OWNER,
) {
  const entry: Entry = { kind: "conversations", filter: { ...ALL, ...filter }, data };
  return apply(entry, new Knowledge().learn(events), viewer) as { data: Pages<Conversation>; stale?: true };
}

function afterThread(data: Pages<Message>, events: AppEvent[]) {
  const outcome = apply({ kind: "messages", id: 1, data }, new Knowledge().learn(events), OWNER);
  return (outcome as { data: Pages<Message> }).data;
}

describe("the list", () => {
  const one = conversation({ id: 1, last_activity_at: at(1) });
  const two = conversation({ id: 2, last_activity_at: at(2) });
  const three = conversation({ id: 3, last_activity_at: at(3) });
  const held = pages(page([three, two, one]));
  const received = (row: Conversation, minute: number, seq = 1) => {
    const text = message({ conversation_id: row.id, occurred_at: at(minute) });
    return event(seq, "message.received", {
      conversation: { ...row, last_activity_at: at(minute), unread_count: row.unread_count + 1 },
      message: text,
    });
  };

  test("a message brings its conversation to the top", () => {
    expect(ids(afterList({}, held, [received(one, 9)]).data)).toEqual([1, 3, 2]);
  });

  test("sorted from the oldest it goes to the bottom", () => {
    const oldest = pages(page([one, two, three]));
    expect(ids(afterList({ sort: "oldest" }, oldest, [received(one, 9)]).data)).toEqual([2, 3, 1]);
  });

  test("a new conversation appears in the filters that it belongs to only", () => {
    const fresh = conversation({ id: 4, status: "unassigned" });
    expect(
      ids(afterList({ status: "unassigned" }, pages(page<Conversation>([])), [received(fresh, 9)]).data),
    ).toEqual([4]);
    expect(ids(afterList({ status: "open" }, held, [received(fresh, 9)]).data)).toEqual([3, 2, 1]);
  });

  test("a closed conversation leaves the open ones", () => {
    const closed = event(1, "conversation.closed", { conversation: { ...two, status: "closed" } });
    expect(ids(afterList({ status: "open" }, held, [closed]).data)).toEqual([3, 1]);
    expect(rows(afterList({}, held, [closed]).data)[1]?.status).toBe("closed");
  });

  test("what we began and nobody answered is only for those who see all", () => {
    const begun = event(1, "message.created", {
      conversation: conversation({ id: 5, status: "none", last_activity_at: at(9) }),
      message: message({ conversation_id: 5, direction: "outbound" }),
    });
    expect(ids(afterList({}, held, [begun], OWNER).data)).toEqual([5, 3, 2, 1]);
    expect(ids(afterList({}, held, [begun], AGENT).data)).toEqual([3, 2, 1]);
  });

  test("who loses sight of it loses the row", () => {
    expect(ids(afterList({}, held, [event(1, "conversation.removed", { id: 2 })]).data)).toEqual([3, 1]);
  });

  test("a row beyond the loaded part waits for its page", () => {
    const partly = pages(page([three, two], "/next"));
    const old = event(1, "conversation.read", {
      conversation: conversation({ id: 9, last_activity_at: at(1) }),
    });
    expect(ids(afterList({}, partly, [old]).data)).toEqual([3, 2]);
  });

  test("the loaded part still ends where it ended after its last row has moved up", () => {
    const partly = pages(page([three, two], "/next"));
    const moved = afterList({}, partly, [received(two, 9)]).data;
    expect(ids(moved)).toEqual([2, 3]);
    const between = conversation({ id: 8, last_activity_at: at(2.5) });
    const seen = event(2, "conversation.assigned", { conversation: between });
    expect(ids(afterList({}, moved, [seen]).data)).toEqual([2, 3, 8]);
  });

  test("a search keeps its rows, and asks the server about others", () => {
    const found = pages(page([two]));
    expect(afterList({ q: "cliente 2" }, found, [received(two, 9)]).stale).toBeUndefined();
    const other = afterList({ q: "cliente" }, found, [received(three, 9)]);
    expect(ids(other.data)).toEqual([2]);
    expect(other.stale).toBe(true);
    expect(
      afterList({ q: "zzz" }, pages(page<Conversation>([])), [received(three, 9)]).stale,
    ).toBeUndefined();
  });

  test("nothing changes for an event that is already there", () => {
    const again = event(1, "conversation.read", { conversation: two });
    expect(afterList({}, held, [again]).data).toEqual(held);
  });

  test("ticks and names change in place", () => {
    const sent = message({ id: 70, conversation_id: 2, direction: "outbound" });
    const last = lastOf({ ...sent, occurred_at: at(2) });
    const mine = pages(
      page([{ ...two, assignee: BETO, last_message: { ...last, status: "sent" as const } }]),
    );
    const { data } = afterList({}, mine, [
      event(1, "message.status_changed", {
        conversation_id: 2,
        statuses: [{ ...sent, status: "read" }],
        last_message: { ...last, status: "read" },
      }),
      event(2, "member.updated", {
        member: { id: BETO.id, name: "Alberto", email: "", role: "agent", status: "active" },
      }),
    ]);
    expect(rows(data)[0]).toMatchObject({ last_message: { status: "read" }, assignee: { name: "Alberto" } });
  });
});

describe("the thread", () => {
  const sent = message({ id: 50, direction: "outbound", status: "sent", occurred_at: at(5) });
  const held = pages(page([sent, message({ id: 40, occurred_at: at(4) })], "/older"));
  const changed = (seq: number, status: Message["status"]) =>
    event(seq, "message.status_changed", {
      conversation_id: 1,
      statuses: [{ ...sent, status, error: null }],
      last_message: null,
    });
  const put = (seq: number, fields: Partial<Message>) => {
    const text = message(fields);
    return event(seq, "message.received", { conversation: conversation({ id: 1 }), message: text });
  };

  test("a new message is the first of the newest page, once", () => {
    const news = put(1, { id: 60, occurred_at: at(6) });
    expect(ids(afterThread(held, [news, news]))).toEqual([60, 50, 40]);
    expect(ids(afterThread(afterThread(held, [news]), [news]))).toEqual([60, 50, 40]);
  });

  test("one that comes late stands where its time is", () => {
    expect(ids(afterThread(held, [put(1, { id: 61, occurred_at: at(4.5) })]))).toEqual([50, 61, 40]);
  });

  test("equal times are told apart by the id", () => {
    expect(ids(afterThread(held, [put(1, { id: 41, occurred_at: at(4) })]))).toEqual([50, 41, 40]);
  });

  test("one older than all that is loaded comes with its page", () => {
    expect(ids(afterThread(held, [put(1, { id: 62, occurred_at: at(1) })]))).toEqual([50, 40]);
  });

  test("a status never goes back", () => {
    const read = afterThread(held, [changed(1, "read")]);
    expect(read.pages[0]?.results[0]?.status).toBe("read");
    for (const late of ["sending", "accepted", "sent", "delivered", "failed", "unknown"] as const)
      expect(afterThread(read, [changed(2, late)])).toBe(read);
  });

  test("the answer to the send does not undo a tick that was quicker", () => {
    const delivered = afterThread(held, [changed(1, "delivered")]);
    const news = new Knowledge().learnAnswer({ message: { ...sent, status: "queued" } }, 0.5);
    const outcome = apply({ kind: "messages", id: 1, data: delivered }, news, OWNER);
    expect((outcome as { data: Pages<Message> }).data.pages[0]?.results[0]?.status).toBe("delivered");
  });

  test("a failed message that is tried again begins anew", () => {
    const failed = afterThread(held, [changed(1, "failed")]);
    const again = afterThread(failed, [changed(2, "queued")]);
    expect(again.pages[0]?.results[0]?.status).toBe("queued");
  });

  test("another conversation's news leaves it alone", () => {
    expect(afterThread(held, [put(1, { id: 63, conversation_id: 2, occurred_at: at(9) })])).toBe(held);
  });
});

describe("the rest", () => {
  test("a conversation out of sight is gone, with its messages", () => {
    const news = new Knowledge().learn([event(1, "conversation.removed", { id: 1 })]);
    expect(apply({ kind: "conversation", id: 1, data: conversation({ id: 1 }) }, news, OWNER)).toEqual({
      gone: true,
    });
    expect(apply({ kind: "messages", id: 1, data: pages(page<Message>([])) }, news, OWNER)).toEqual({
      gone: true,
    });
  });

  test("a change of our own role is asked for", () => {
    const self = { id: ANA.id, name: "Ana", email: "", role: "agent" as const, status: "active" as const };
    const news = new Knowledge().learn([event(1, "member.updated", { member: self })]);
    expect(apply({ kind: "me", data: me() }, news, OWNER)).toMatchObject({ stale: true });
  });
});

describe("whatever the order", () => {
  /** A history in the model: what is shown at first, the events after it, and the truth at the end. */
  function history(steps: number[]) {
    let clock = Date.parse(at(0));
    const model = new Model(() => clock);
    for (let id = 1; id <= 6; id++)
      model.add(conversation({ id, last_activity_at: at(-id), status: id > 4 ? "unassigned" : "open" }));
    const start = { list: structuredClone(model.list(ALL)), thread: structuredClone(model.thread(1)) };
    const outbound: number[] = [];
    for (const step of steps) {
      clock += 1_000;
      const id = 1 + (step % 6);
      const action = Math.floor(step / 6) % 12;
      if (action === 0) model.receive(id, `texto ${step}`);
      else if (action === 1) outbound.push(model.send(id, `respuesta ${step}`, ANA).id);
      else if (action === 2) model.assign(id, step % 2 ? ANA : BETO);
      else if (action === 3) model.close(id);
      else if (action === 4) model.reopen(id);
      else if (action === 5) model.read(id);
      else if (action === 6) model.rename(500_000 + id, `Nombre ${step}`);
      else if (action >= 9) {
        const all = [...model.messages.keys()];
        const target = all[step % Math.max(1, all.length)];
        if (target === undefined || model.messages.get(target)!.deleted_at) continue;
        if (action === 9) model.edit(target, `cambiado ${step}`);
        else if (action === 10) model.react(target, step % 2 ? "us" : "contact", step % 3 ? "👍" : "");
        else model.erase(target);
      } else {
        const target = outbound[step % Math.max(1, outbound.length)];
        const current = target !== undefined ? model.messages.get(target)?.status : undefined;
        const next = (
          { queued: "accepted", accepted: "sent", sent: "delivered", delivered: "read" } as const
        )[current as "queued"];
        if (target !== undefined && next) model.status(target, next);
      }
    }
    return { model, start };
  }

  const script = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 60 });

  function check(
    { model, start }: ReturnType<typeof history>,
    order: (events: AppEvent[]) => AppEvent[][],
    filter: Partial<ConversationFilter>,
  ) {
    const wanted = { ...ALL, ...filter };
    const knowledge = new Knowledge();
    const matches = (row: Conversation) => wanted.status === "all" || row.status === wanted.status;
    let list = pages(page(start.list.results.filter(matches)));
    if (wanted.sort === "oldest") list = pages(page([...start.list.results.filter(matches)].reverse()));
    let thread = pages(start.thread);
    for (const batch of order(model.log)) {
      const news = knowledge.learn(batch);
      list = (
        apply({ kind: "conversations", filter: wanted, data: list }, news, OWNER) as { data: typeof list }
      ).data;
      thread = (apply({ kind: "messages", id: 1, data: thread }, news, OWNER) as { data: typeof thread })
        .data;
    }
    expect(rows(list)).toEqual(model.list(wanted).results);
    const truth = model.thread(1, null, 1_000).results;
    const tick = (status: Message["status"]) => (status === "accepted" ? "sent" : status);
    const told = (texts: Message[]) =>
      texts.map(({ id, status, text, reactions, deleted_at }) => [
        id,
        text,
        tick(status),
        reactions,
        deleted_at,
      ]);
    expect(told(thread.pages.flatMap(({ results }) => results))).toEqual(told(truth));
  }

  const shuffled = (random: () => number) => (events: AppEvent[]) => {
    const twice = [...events, ...events.filter(() => random() < 0.4)];
    return twice
      .map((value) => ({ value, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => [value]);
  };

  test.each([
    { status: "all", sort: "newest" },
    { status: "open", sort: "oldest" },
    { status: "unassigned", sort: "newest" },
  ] as const)("the screen ends as a fresh answer would ($status, $sort)", (filter) => {
    fc.assert(
      fc.property(script, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (steps, numbers) => {
        check(
          history(steps),
          shuffled(() => numbers.next().value as number),
          filter,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("in order, in batches, over a snapshot that is already newer", () => {
    fc.assert(
      fc.property(script, fc.nat(60), fc.integer({ min: 1, max: 7 }), (steps, newer, size) => {
        const full = history(steps);
        const { model: early } = history(steps.slice(0, newer));
        const start = { list: early.list(ALL), thread: early.thread(1, null, 1_000) };
        const batches = (events: AppEvent[]) =>
          Array.from({ length: Math.ceil(events.length / size) }, (_, i) =>
            events.slice(i * size, (i + 1) * size),
          );
        // Ids come from one counter, so only the list can be compared between two runs of a history.
        const { model } = full;
        let list = pages(page(start.list.results));
        const knowledge = new Knowledge();
        for (const batch of batches(model.log))
          list = (
            apply({ kind: "conversations", filter: ALL, data: list }, knowledge.learn(batch), OWNER) as {
              data: typeof list;
            }
          ).data;
        const state = (data: Conversation[]) =>
          data.map(({ id, status, unread_count, contact }) => [id, status, unread_count, contact.name]);
        expect(state(rows(list))).toEqual(state(model.list(ALL).results));
      }),
      { numRuns: 60 },
    );
  });
});
