import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";

import { type Client, createClient, type Query } from "./client";
import { keys } from "./keys";
import { useClient } from "./organization";
import type {
  Channel,
  Contact,
  Conversation,
  ConversationFilter,
  Counts,
  Me,
  MediaLimits,
  Member,
  MergeProposal,
  Message,
  MessageEdit,
  Page,
  Ticket,
} from "./types";

type OrganizationClient = Client & { slug: string };
export type Pages<T> = InfiniteData<Page<T>, string | null>;

export const LIST_PAGE = 50;
export const THREAD_PAGE = 50;

/** The person and their organisations, before one is chosen. */
export const personQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => createClient(null).get<Me>("/me", { signal }),
});

export const meQuery = (client: OrganizationClient) =>
  queryOptions({
    queryKey: keys.me(client.slug),
    queryFn: ({ signal }) => client.get<Me>("/me", { signal }),
  });

// Of the two long lists below: sharing compares place by place, so one new row on top would make every row a
// new object. The live layer keeps the objects that did not change.
export const conversationsQuery = (client: OrganizationClient, filter: ConversationFilter) =>
  infiniteQueryOptions({
    queryKey: keys.list(client.slug, filter),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      pageParam
        ? client.follow<Page<Conversation>>(pageParam, signal)
        : client.get<Page<Conversation>>("/conversations", {
            query: { status: filter.status, sort: filter.sort, q: filter.q, limit: LIST_PAGE },
            signal,
          }),
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });

export const countsQuery = (client: OrganizationClient) =>
  queryOptions({
    queryKey: keys.counts(client.slug),
    queryFn: ({ signal }) => client.get<Counts>("/conversations/counts", { signal }),
  });

export const conversationQuery = (client: OrganizationClient, id: number) =>
  queryOptions({
    queryKey: keys.conversation(client.slug, id),
    queryFn: ({ signal }) => client.get<Conversation>(`/conversations/${id}`, { signal }),
  });

export const messagesQuery = (client: OrganizationClient, id: number) =>
  infiniteQueryOptions({
    queryKey: keys.messages(client.slug, id),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      pageParam
        ? client.follow<Page<Message>>(pageParam, signal)
        : client.get<Page<Message>>(`/conversations/${id}/messages`, {
            query: { limit: THREAD_PAGE },
            signal,
          }),
    getNextPageParam: (page) => page.next,
    structuralSharing: false,
  });

export const ticketsQuery = (client: OrganizationClient, id: number) =>
  queryOptions({
    queryKey: keys.tickets(client.slug, id),
    queryFn: ({ signal }) => client.get<Page<Ticket>>(`/conversations/${id}/tickets`, { signal }),
    select: (page) => page.results,
  });

export const contactQuery = (client: OrganizationClient, id: number) =>
  queryOptions({
    queryKey: keys.contact(client.slug, id),
    queryFn: ({ signal }) => client.get<Contact>(`/contacts/${id}`, { signal }),
  });

export const membersQuery = (client: OrganizationClient) =>
  queryOptions({
    queryKey: keys.members(client.slug),
    queryFn: ({ signal }) => everything<Member>(client, "/members", {}, signal),
  });

/** The organisation's numbers and how they are doing. */
export const channelsQuery = (client: OrganizationClient) =>
  queryOptions({
    queryKey: keys.channels(client.slug),
    queryFn: ({ signal }) => everything<Channel>(client, "/channels", {}, signal),
  });

/** Contacts that may be one person and that nobody has judged yet, or the latest that were made one. */
export const mergeProposalsQuery = (client: OrganizationClient, state: "open" | "merged") =>
  queryOptions({
    queryKey: keys.mergeProposals(client.slug, state),
    queryFn: async ({ signal }) => {
      if (state === "open") return everything<MergeProposal>(client, "/merge-proposals", { state }, signal);
      // Old merges nobody takes back, and there may be thousands.
      const query = { state, limit: 100 };
      return (await client.get<Page<MergeProposal>>("/merge-proposals", { query, signal })).results;
    },
  });

/** What WhatsApp takes, by kind of file. */
export const mediaLimitsQuery = (client: OrganizationClient) =>
  queryOptions({
    queryKey: keys.mediaLimits(client.slug),
    queryFn: ({ signal }) => client.get<MediaLimits>("/media/limits", { signal }),
  });

/** What a message said before; asked for anew each time, as it is looked at rarely. */
export const editsQuery = (client: OrganizationClient, messageId: number) =>
  queryOptions({
    queryKey: keys.edits(client.slug, messageId),
    queryFn: ({ signal }) => everything<MessageEdit>(client, `/messages/${messageId}/edits`, {}, signal),
    staleTime: 0,
  });

/** All of a list that is never long, page after page. */
async function everything<T>(
  client: OrganizationClient,
  path: string,
  query: Query,
  signal: AbortSignal,
): Promise<T[]> {
  const found: T[] = [];
  let page = await client.get<Page<T>>(path, { query: { ...query, limit: 100 }, signal });
  found.push(...page.results);
  while (page.next) {
    page = await client.follow<Page<T>>(page.next, signal);
    found.push(...page.results);
  }
  return found;
}

export const usePerson = () => useQuery(personQuery);
export const useMe = () => useQuery(meQuery(useClient()));
export const useConversations = (filter: ConversationFilter) =>
  useInfiniteQuery(conversationsQuery(useClient(), filter));
export const useCounts = () => useQuery(countsQuery(useClient()));
export const useTickets = (id: number) => useQuery(ticketsQuery(useClient(), id));
export const useContact = (id: number) => useQuery(contactQuery(useClient(), id));
export const useMembers = () => useQuery(membersQuery(useClient()));
export const useChannels = () => useQuery(channelsQuery(useClient()));
export const useMergeProposals = (state: "open" | "merged", enabled: boolean) =>
  useQuery({ ...mergeProposalsQuery(useClient(), state), enabled });
export const useMediaLimits = () => useQuery(mediaLimitsQuery(useClient()));
export const useEdits = (messageId: number) => useQuery(editsQuery(useClient(), messageId));

/** The messages of a conversation, newest first in each page; `fetchNextPage` brings older ones. */
export const useMessages = (id: number) => useInfiniteQuery(messagesQuery(useClient(), id));
