import { hashKey, type Query, type QueryClient } from "@tanstack/react-query";

import {
  type AppEvent,
  type Channel,
  type Conversation,
  type ConversationFilter,
  keys,
  type Me,
  type MergeProposal,
  type Message,
} from "@/api";

import { apply, type Entry, type Viewer } from "./apply";
import { type Answer, emptyNews, Knowledge, type News } from "./knowledge";

type Wish = (current: Conversation) => Partial<Conversation>;

const REFRESH_MS = 1_000;
const KNOWN_AT_MOST = 3_000;
/** Parts of which an organisation has one each. */
const WHOLE = new Set(["members", "counts", "me", "channels"]);

/**
 * Keeps the query cache of one organisation equal to what the server would answer, by laying the events of
 * the stream over it.
 *
 * A request that was sent at event N answers with a state of N or later. While it runs, newer events change
 * the cache and the answer then overwrites them; so each answer gets the events after N once more.
 */
export class LiveCache {
  private readonly knowledge = new Knowledge();
  private readonly running = new Map<string, number>();
  private readonly marks = new Set<{ seq: number }>();
  private readonly stale = new Map<string, readonly unknown[]>();
  private readonly wishes = new Map<number, readonly Wish[]>();
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private through: number;

  constructor(
    private readonly queries: QueryClient,
    private readonly slug: string,
    private readonly start: number,
  ) {
    this.through = start;
  }

  /** Follow the cache until the returned function is called. */
  attach(): () => void {
    const unsubscribe = this.queries.getQueryCache().subscribe((notice) => {
      if (notice.type !== "updated" || !this.owns(notice.query)) return;
      const { query, action } = notice;
      if (action.type === "fetch") this.running.set(query.queryHash, this.through);
      else if (action.type === "success" && !action.manual) this.finished(query);
      else if (query.state.fetchStatus === "idle") this.running.delete(query.queryHash);
    });
    return () => {
      unsubscribe();
      clearTimeout(this.refreshTimer);
    };
  }

  /** Everything up to this event is in the cache. */
  get position(): number {
    return this.through;
  }

  /** Bring events into the cache. Those seen before are passed over. */
  take(events: AppEvent[], through: number): AppEvent[] {
    const fresh = events.filter(({ seq }) => seq > this.through);
    this.through = Math.max(this.through, through, ...fresh.map(({ seq }) => seq));
    if (fresh.length > 0) this.spread(this.knowledge.learn(fresh));
    if (this.knowledge.size > KNOWN_AT_MOST) this.knowledge.forget(this.oldestMark());
    return fresh;
  }

  /** Bring the answer of a request that is about to leave into the cache when it comes. */
  async bringConversation(ask: () => Promise<Conversation>): Promise<Conversation> {
    return this.bring(ask, (conversation) => ({ conversation }));
  }

  async bringMessage(ask: () => Promise<Message>): Promise<Message> {
    return this.bring(ask, (message) => ({ message }));
  }

  async bringChannel(ask: () => Promise<Channel>): Promise<Channel> {
    return this.bring(ask, (channel) => ({ channel }));
  }

  /**
   * Show what somebody has asked for as if it had happened, also over news that left the server before it;
   * several of one conversation lie upon one another.
   *
   * @returns ends it, shows what is known instead, and tells whether anything is known.
   */
  wish(id: number, change: Wish): () => boolean {
    this.wishes.set(id, [...(this.wishes.get(id) ?? []), change]);
    this.preview(id, change);
    return () => {
      const rest = (this.wishes.get(id) ?? []).filter((one) => one !== change);
      if (rest.length > 0) this.wishes.set(id, rest);
      else this.wishes.delete(id);
      const known = this.knowledge.conversation(id);
      if (known) this.show(known);
      return known !== null;
    };
  }

  /** Show a change that the server has not confirmed; the next thing heard of it replaces it. */
  preview(id: number, change: Wish): void {
    const current = this.known().get(id);
    if (current) this.show({ ...current, ...change(current) });
  }

  /** Show a message otherwise than the server has it; the next thing heard of it replaces it. */
  previewMessage(message: Message): void {
    const news = emptyNews();
    news.messages.set(message.id, message);
    this.spread(news);
  }

  /** Show what has become of a proposal, as the server has just answered. */
  showProposal(proposal: MergeProposal): void {
    const news = emptyNews();
    news.proposals.set(proposal.id, proposal);
    this.spread(news);
  }

  /** The thread was lost: ask again for what is on screen, and drop the rest. */
  async restart(at: number): Promise<void> {
    this.knowledge.clear();
    this.through = at;
    const mine = { queryKey: keys.all(this.slug) };
    await this.queries.cancelQueries(mine);
    this.queries.removeQueries({ ...mine, type: "inactive" });
    await this.queries.invalidateQueries(mine);
  }

  private async bring<T>(ask: () => Promise<T>, as: (answer: T) => Answer): Promise<T> {
    const mark = { seq: this.through };
    this.marks.add(mark);
    try {
      const answer = await ask();
      // Newer than all that was known when it was asked, older than every event since.
      this.spread(this.knowledge.learnAnswer(as(answer), mark.seq + 0.5));
      return answer;
    } finally {
      this.marks.delete(mark);
    }
  }

  private owns(query: Query): boolean {
    return query.queryKey[0] === "organization" && query.queryKey[1] === this.slug;
  }

  private oldestMark(): number {
    return Math.min(this.through, ...this.running.values(), ...[...this.marks].map(({ seq }) => seq));
  }

  private finished(query: Query): void {
    // Those that left before we followed the cache left no earlier than at the start.
    const mark = this.running.get(query.queryHash) ?? this.start;
    this.running.delete(query.queryHash);
    this.change(query, this.knowledge.since(mark), this.viewer());
    for (const id of this.wishes.keys()) this.preview(id, () => ({}));
  }

  private show(conversation: Conversation): void {
    const news = emptyNews();
    news.conversations.set(conversation.id, conversation);
    this.spread(news);
  }

  private spread(news: News): void {
    for (const [id, wishes] of this.wishes) {
      let shown = news.conversations.get(id);
      if (!shown) continue;
      for (const wish of wishes) shown = { ...shown, ...wish(shown) };
      news.conversations.set(id, shown);
    }
    const countsMoved = this.countsMoved(news);
    const viewer = this.viewer();
    for (const query of this.queries.getQueryCache().findAll({ queryKey: keys.all(this.slug) }))
      this.change(query, news, viewer);
    if (countsMoved) this.refreshSoon(keys.counts(this.slug));
  }

  private change(query: Query, news: News, viewer: Viewer): void {
    const entry = entryOf(query);
    if (!entry) {
      // What was out of sight is spoken of again: whoever still shows that it is gone asks once more.
      if (query.state.status === "error" && isNamed(query, news)) this.refreshSoon(query.queryKey);
      return;
    }
    const outcome = apply(entry, news, viewer);
    if ("gone" in outcome) {
      // The screen that shows it asks again, learns that it does not exist, and says so.
      const { queryKey } = query;
      if (query.isActive()) void this.queries.resetQueries({ queryKey, exact: true });
      else this.queries.removeQueries({ queryKey, exact: true });
      return;
    }
    if (outcome.data !== entry.data)
      this.queries.setQueryData(query.queryKey, outcome.data, { updatedAt: query.state.dataUpdatedAt });
    if ("stale" in outcome) this.refreshSoon(query.queryKey);
  }

  private viewer(): Viewer {
    const me = this.queries.getQueryData<Me>(keys.me(this.slug));
    return { seesAll: me?.permissions?.see_all ?? false };
  }

  /** Events say how a conversation is, not how it was; a change we cannot rule out is asked for. */
  private countsMoved(news: News): boolean {
    if (news.conversations.size === 0) return false;
    const known = this.known();
    for (const [id, conversation] of news.conversations)
      if (!conversation || known.get(id)?.status !== conversation.status) return true;
    return false;
  }

  private known(): Map<number, Conversation> {
    const known = new Map<number, Conversation>();
    for (const query of this.queries.getQueryCache().findAll({ queryKey: keys.all(this.slug) })) {
      const entry = entryOf(query);
      if (entry?.kind === "conversation") known.set(entry.id, entry.data);
      if (entry?.kind === "conversations")
        for (const page of entry.data.pages) for (const row of page.results) known.set(row.id, row);
    }
    return known;
  }

  /** Ask again, but for any number of events in a second only once. */
  private refreshSoon(queryKey: readonly unknown[]): void {
    this.stale.set(hashKey(queryKey), queryKey);
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      const wanted = [...this.stale.values()];
      this.stale.clear();
      for (const queryKey of wanted) void this.queries.invalidateQueries({ queryKey, exact: true });
    }, REFRESH_MS);
  }
}

/** Whether the news is of the chat, or of a chat with the contact, that a query is about. */
function isNamed(query: Query, news: News): boolean {
  const [, , kind, detail] = query.queryKey;
  if (kind === "contact")
    return [...news.conversations.values()].some((conversation) => conversation?.contact.id === detail);
  const isOfChat = kind === "conversation" || kind === "messages" || kind === "tickets";
  return isOfChat && Boolean(news.conversations.get(detail as number));
}

function entryOf(query: Query): Entry | null {
  const { data } = query.state;
  if (data === undefined) return null;
  const [, , kind, detail] = query.queryKey;
  if (kind === "conversations") return { kind, filter: detail as ConversationFilter, data } as Entry;
  if (kind === "merge-proposals") return { kind, state: detail, data } as Entry;
  if (typeof kind === "string" && WHOLE.has(kind)) return { kind, data } as Entry;
  if (kind === "conversation" || kind === "messages" || kind === "tickets" || kind === "contact")
    return { kind, id: detail as number, data } as Entry;
  return null;
}
