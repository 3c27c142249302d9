/** Where the screens live. */
export const paths = {
  chats: (slug: string) => `/o/${slug}/chats`,
  conversation: (slug: string, id: number) => `/o/${slug}/chats/${id}`,
};
