/** Texts that were begun and not sent, kept in this browser for each conversation and person. */
export interface Drafts {
  read(): string;
  write(text: string): void;
}

export function draftsOf(slug: string, memberId: number | null, conversationId: number): Drafts {
  const name = `bandeja.draft.${slug}.${memberId ?? "-"}.${conversationId}`;
  return {
    read: () => attempt(() => window.localStorage.getItem(name)) ?? "",
    write: (text) => {
      attempt(() =>
        text.trim() === "" ? window.localStorage.removeItem(name) : window.localStorage.setItem(name, text),
      );
    },
  };
}

/** Storage that is full or forbidden costs the draft, not the message box. */
function attempt<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
