import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";

import { type Client, createClient } from "./client";
import { keys } from "./keys";
import { useClient } from "./organization";
import type {
  Contact,
  Conversation,
  ConversationFilter,
  Counts,
  Me,
  Member,
  Message,
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
    queryFn: async ({ signal }) => {
      const query = { limit: 100 };
      const members: Member[] = [];
      let page = await client.get<Page<Member>>("/members", { query, signal });
      members.push(...page.results);
      while (page.next) {
        page = await client.follow<Page<Member>>(page.next, signal);
        members.push(...page.results);
      }
      return members;
    },
  });

export const usePerson = () => useQuery(personQuery);
export const useMe = () => useQuery(meQuery(useClient()));
export const useConversations = (filter: ConversationFilter) =>
  useInfiniteQuery(conversationsQuery(useClient(), filter));
export const useCounts = () => useQuery(countsQuery(useClient()));
export const useTickets = (id: number) => useQuery(ticketsQuery(useClient(), id));
export const useContact = (id: number) => useQuery(contactQuery(useClient(), id));
export const useMembers = () => useQuery(membersQuery(useClient()));

/** The messages of a conversation, newest first in each page; `fetchNextPage` brings older ones. */
export const useMessages = (id: number) => useInfiniteQuery(messagesQuery(useClient(), id));
