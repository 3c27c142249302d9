import type { Conversation, ConversationFilter, LastMessage, Page, Pages } from "@/api";

import { contactOf, type News } from "./knowledge";
import { compareTimes } from "./order";
import { mayAdvance } from "./status";

export interface Viewer {
  /** Whether conversations that we began and nobody answered are in «Todos». */
  seesAll: boolean;
}

interface Place {
  at: string;
  id: number;
}

/** A page remembers where it ended on the server: from there the next one goes on. */
type HeldPage = Page<Conversation> & { until?: Place };

/** Lay news over a loaded list: rows change, come, go and move as they would in a fresh answer. */
export function applyToList(
  data: Pages<Conversation>,
  filter: ConversationFilter,
  news: News,
  viewer: Viewer,
): { data: Pages<Conversation>; stale: boolean } {
  const held = data.pages.flatMap((page) => page.results);
  const rows = new Map(held.map((row) => [row.id, applyToConversation(row, news)]));
  const direction = filter.sort === "newest" ? -1 : 1;
  const end = endOf(data.pages);
  let stale = filter.q !== "" && news.contacts.size > 0;
  // Perhaps it moves up from the part that is not loaded.
  if (end) stale ||= [...news.activities.keys()].some((id) => !rows.has(id));

  for (const [id, conversation] of news.conversations) {
    const wasHere = rows.has(id);
    if (!conversation || !belongs(conversation, filter, viewer)) rows.delete(id);
    else if (wasHere) rows.set(id, conversation);
    // Only the server knows what its search finds.
    else if (filter.q !== "") stale ||= mayMatch(conversation, filter.q);
    else rows.set(id, conversation);
  }

  const sorted = [...rows.values()]
    .filter((row) => !end || direction * comparePlaces(placeOf(row), end) <= 0)
    .sort((a, b) => direction * comparePlaces(placeOf(a), placeOf(b)));
  const unchanged = sorted.length === held.length && sorted.every((row, index) => row === held[index]);
  return { data: unchanged ? data : { ...data, pages: repage(data.pages, sorted, end) }, stale };
}

/** Lay news over one conversation, for copies that no event carried whole. */
export function applyToConversation(held: Conversation, news: News): Conversation {
  let row = held;
  const person = news.contacts.get(row.contact.id);
  if (person) row = { ...row, contact: contactOf(person) };
  const member = row.assignee && news.members.get(row.assignee.id);
  if (member) row = { ...row, assignee: { id: member.id, name: member.name } };
  const last = news.lastMessages.get(row.id);
  if (last && isAsNew(last, row.last_message)) row = { ...row, last_message: last };
  const at = news.activities.get(row.id);
  if (at && compareTimes(at, row.last_activity_at) > 0) row = { ...row, last_activity_at: at };
  return news.conversations.get(row.id) ?? row;
}

/** A snapshot can be newer than the event that follows it, and show a later message or a later tick. */
function isAsNew(last: LastMessage, held: LastMessage | null): boolean {
  if (!held) return true;
  if (held.id === last.id)
    return mayAdvance(held.status, last.status) && !(held.deleted_at && !last.deleted_at);
  return compareTimes(last.occurred_at, held.occurred_at) >= 0;
}

export function belongs({ status }: Conversation, filter: ConversationFilter, viewer: Viewer): boolean {
  return filter.status === "all" ? status !== "none" || viewer.seesAll : status === filter.status;
}

const placeOf = (row: Conversation): Place => ({ at: row.last_activity_at, id: row.id });
const comparePlaces = (a: Place, b: Place) => compareTimes(a.at, b.at) || a.id - b.id;

/** Where the loaded part ends; null when all of it is here. */
function endOf(pages: HeldPage[]): Place | null {
  const last = pages[pages.length - 1];
  if (!last || last.next === null) return null;
  const bottom = last.results[last.results.length - 1];
  return last.until ?? (bottom ? placeOf(bottom) : null);
}

/** Where a page ends matters for loading on, how rows are spread over pages does not: the first has all. */
function repage(pages: HeldPage[], rows: Conversation[], end: Place | null): HeldPage[] {
  return pages.map((page, index) => ({
    ...page,
    results: index === 0 ? rows : [],
    ...(end && index === pages.length - 1 && { until: end }),
  }));
}

function mayMatch({ contact }: Conversation, q: string): boolean {
  const wanted = fold(q);
  const digits = q.replace(/\D/g, "");
  return (
    fold(`${contact.name} ${contact.username ?? ""}`).includes(wanted) ||
    (digits !== "" && (contact.phone ?? "").includes(digits))
  );
}

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
