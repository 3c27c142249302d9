import type { Message, Page, Pages } from "@/api";

import type { News } from "./knowledge";
import { compareByTimeAndId } from "./order";
import { mergeMessages, withStatus } from "./status";

export const compareMessages = compareByTimeAndId<Message>((message) => message.occurred_at);

/** Lay news over a loaded thread, whose pages hold the newest first. */
export function applyToThread(data: Pages<Message>, conversationId: number, news: News): Pages<Message> {
  let pages = data.pages;
  for (const message of news.messages.values())
    if (message.conversation_id === conversationId) pages = withoutItsWords(put(pages, message), message);
  for (const status of news.statuses.values())
    if (status.conversation_id === conversationId)
      pages = change(pages, status.id, (message) => withStatus(message, status));
  return pages === data.pages ? data : { ...data, pages };
}

function put(pages: Page<Message>[], message: Message): Page<Message>[] {
  const isHere = pages.some((page) => page.results.some(({ id }) => id === message.id));
  if (isHere) return change(pages, message.id, (held) => mergeMessages(held, message));

  const home = pages.findIndex((page, index) => {
    const oldest = page.results[page.results.length - 1];
    const isLast = index === pages.length - 1;
    return (oldest && compareMessages(message, oldest) > 0) || (isLast && page.next === null);
  });
  // Older than everything loaded: it comes with its page when somebody scrolls there.
  if (home < 0) return pages;
  return pages.map((page, index) =>
    index === home ? { ...page, results: insert(page.results, message) } : page,
  );
}

/** What quotes a message that was deleted does not go on saying it. */
function withoutItsWords(pages: Page<Message>[], { id, deleted_at: isDeleted }: Message): Page<Message>[] {
  const quotes = ({ reply_to: quoted }: Message) => quoted?.id === id && quoted.deleted_at === null;
  if (!isDeleted || !pages.some(({ results }) => results.some(quotes))) return pages;
  const quiet = (message: Message): Message =>
    quotes(message) && message.reply_to
      ? { ...message, reply_to: { ...message.reply_to, preview: "", deleted_at: isDeleted } }
      : message;
  return pages.map((page) => ({ ...page, results: page.results.map(quiet) }));
}

function insert(newestFirst: Message[], message: Message): Message[] {
  const found = newestFirst.findIndex((held) => compareMessages(message, held) > 0);
  const at = found < 0 ? newestFirst.length : found;
  return [...newestFirst.slice(0, at), message, ...newestFirst.slice(at)];
}

function change(pages: Page<Message>[], id: number, update: (message: Message) => Message): Page<Message>[] {
  let changed = false;
  const result = pages.map((page) => {
    const index = page.results.findIndex((message) => message.id === id);
    if (index < 0) return page;
    const updated = update(page.results[index]!);
    if (updated === page.results[index]) return page;
    changed = true;
    return { ...page, results: page.results.with(index, updated) };
  });
  return changed ? result : pages;
}
