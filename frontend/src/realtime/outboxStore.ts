import type { Readable } from "./context";
import type { OutboxEntry } from "./types";

const PREFIX = "bandeja.outbox.";

/** An entry as it is kept; `position` is its place in the writer's order. */
export interface StoredEntry extends OutboxEntry {
  position: number;
  /** When the first request left; the server keeps its key for a day from then. */
  firstTriedAt: number | null;
}

/**
 * Unsent messages of one person in one organisation, kept in the browser. One key for each message, so that
 * two tabs that write at the same time do not overwrite each other.
 */
export class OutboxStore implements Readable<StoredEntry[]> {
  private readonly prefix: string;
  private entries: StoredEntry[];
  /** Those that storage would not take, or whose file is still here alone; they live as long as the page. */
  private readonly unstored = new Map<string, StoredEntry>();
  private readonly listeners = new Set<() => void>();

  constructor(
    slug: string,
    userId: number,
    private readonly storage: Storage | null = browserStorage(),
  ) {
    this.prefix = `${PREFIX}${slug}.${userId}.`;
    this.entries = this.read();
  }

  readonly get = () => this.entries;

  readonly subscribe = (listener: () => void) => {
    if (this.listeners.size === 0) window.addEventListener("storage", this.changedElsewhere);
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) window.removeEventListener("storage", this.changedElsewhere);
    };
  };

  /** The entry as it stands now, also when another tab has changed it a moment ago. */
  fresh(clientId: string): StoredEntry | null {
    return (
      parse(this.storage?.getItem(this.prefix + clientId) ?? null) ?? this.unstored.get(clientId) ?? null
    );
  }

  put(entry: StoredEntry): void {
    try {
      if (!this.storage) throw new Error("There is no storage.");
      if (entry.media && !entry.media.isUploaded) throw new Error("Another page could not send it.");
      this.storage.setItem(this.prefix + entry.clientId, JSON.stringify(entry));
      this.unstored.delete(entry.clientId);
    } catch {
      // The message still goes out, it only would not survive a reload.
      this.unstored.set(entry.clientId, entry);
    }
    this.replace([...this.entries.filter(({ clientId }) => clientId !== entry.clientId), entry]);
  }

  remove(clientId: string): void {
    this.storage?.removeItem(this.prefix + clientId);
    this.unstored.delete(clientId);
    this.replace(this.entries.filter((entry) => entry.clientId !== clientId));
  }

  private read(): StoredEntry[] {
    const found = [...this.unstored.values()];
    const { storage } = this;
    for (let index = 0; storage && index < storage.length; index++) {
      const key = storage.key(index);
      const entry = key?.startsWith(this.prefix) ? parse(storage.getItem(key)) : null;
      if (entry) found.push(entry);
    }
    return found.sort(byPosition);
  }

  private readonly changedElsewhere = (event: StorageEvent) => {
    if (event.key === null || event.key.startsWith(this.prefix)) this.replace(this.read());
  };

  private replace(entries: StoredEntry[]): void {
    this.entries = entries.sort(byPosition);
    for (const listener of this.listeners) listener();
  }
}

/** How many messages of a person wait in the other organisations, where they go out when one looks there. */
export function unsentElsewhere(slug: string, userId: number): number {
  try {
    return Object.keys(window.localStorage).filter((name) => {
      const [organization, owner] = name.slice(PREFIX.length).split(".");
      return name.startsWith(PREFIX) && organization !== slug && owner === String(userId);
    }).length;
  } catch {
    // Where storage is forbidden there are none.
    return 0;
  }
}

const byPosition = (a: StoredEntry, b: StoredEntry) =>
  a.position - b.position || a.clientId.localeCompare(b.clientId);

/** Reading the property alone throws where the browser blocks storage. */
function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function parse(text: string | null): StoredEntry | null {
  if (!text) return null;
  try {
    const entry = JSON.parse(text) as StoredEntry;
    if (typeof entry.clientId !== "string" || typeof entry.text !== "string") return null;
    // One that was written before there were files.
    return { ...entry, media: entry.media ?? null };
  } catch {
    return null;
  }
}
