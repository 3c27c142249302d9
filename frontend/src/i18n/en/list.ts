import type { Texts } from "../texts";

export const list: Texts["list"] = {
  title: "Chats",
  label: "List of chats",
  search: "Search name or number…",
  clearSearch: "Clear the search",
  filter: "Filter by status",
  status: { all: "All", unassigned: "Unassigned", open: "Open", closed: "Closed" },
  sort: "Sort",
  order: { newest: "Newest", oldest: "Oldest" },
  loadFailed: "The chats could not be loaded",
  moreFailed: "No more chats were loaded.",
  loadingMore: "Loading more chats…",
  empty: {
    none: {
      title: "No chats yet",
      text: "When a customer writes to your WhatsApp number, the chat appears here at once.",
    },
    unassigned: { title: "Nobody is waiting", text: "Every chat has someone who looks after it." },
    open: { title: "No open chats", text: "Those you take or are given will appear here." },
    closed: { title: "No closed chats", text: "Those you mark as closed will stay here." },
    search: { title: "No results", text: "No chat matches “{{q}}”. Try a part of the name or the number." },
    searchElsewhere: "Search every status",
    showAll: "Show all chats",
  },
  row: {
    unread_one: "{{count}} unread message",
    unread_other: "{{count}} unread messages",
    assignedTo: "Assigned to {{name}}",
    unassigned: "Unassigned",
    closed: "Closed",
    noMessages: "No messages",
    closesIn: "The 24-hour window closes in {{time}}",
    you: "You: {{text}}",
  },
};
