import type { MemberRef } from "@/api";

import type { ClientFrame, Signal } from "./frames";
import type { Presence } from "./types";

/** How long a signal holds unless it is repeated; each is sent again well before. */
const HOLDS_MS = { typing: 6_000, viewing: 40_000 } as const;
const TYPING_EVERY_MS = 3_000;
const VIEWING_EVERY_MS = 20_000;
const NOBODY: Presence = { viewing: [], typing: [] };

interface Sighting {
  member: MemberRef;
  viewingUntil: number;
  typingUntil: number;
}

/** Who else is at a conversation, and telling them that we are. All of it may be lost without harm. */
export class Signals {
  private readonly sightings = new Map<number, Map<number, Sighting>>();
  private readonly presences = new Map<number, Presence>();
  private readonly typedAt = new Map<number, number>();
  private readonly views = new Set<() => void>();
  private readonly listeners = new Set<() => void>();
  private expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: (frame: ClientFrame) => void,
    private readonly now: () => number = Date.now,
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  presence(conversationId: number): Presence {
    return this.presences.get(conversationId) ?? NOBODY;
  }

  /** A colleague was seen, wrote, or left. */
  receive({ signal, conversation, member }: Signal): void {
    const here = this.sightings.get(conversation) ?? new Map<number, Sighting>();
    this.sightings.set(conversation, here);
    if (signal === "left") here.delete(member.id);
    else {
      const now = this.now();
      const typingUntil =
        signal === "typing" ? now + HOLDS_MS.typing : (here.get(member.id)?.typingUntil ?? 0);
      here.set(member.id, { member, typingUntil, viewingUntil: now + HOLDS_MS.viewing });
    }
    this.refresh(conversation);
  }

  /** Whoever wrote a message has stopped typing it. */
  wrote(conversationId: number, memberId: number | null): void {
    const sighting = memberId !== null && this.sightings.get(conversationId)?.get(memberId);
    if (!sighting) return;
    sighting.typingUntil = 0;
    this.refresh(conversationId);
  }

  /** The line was lost: nobody can be said to be anywhere. */
  clear(): void {
    const seen = [...this.sightings.keys()];
    this.sightings.clear();
    for (const conversation of seen) this.refresh(conversation);
  }

  /** Call at each keystroke. */
  typing(conversation: number): void {
    const now = this.now();
    if (now - (this.typedAt.get(conversation) ?? -Infinity) < TYPING_EVERY_MS) return;
    this.typedAt.set(conversation, now);
    this.send({ type: "signal", signal: "typing", conversation });
  }

  /** Say that we look at a conversation, until the returned function is called. */
  viewing(conversation: number): () => void {
    const tell = (signal: "viewing" | "left") => this.send({ type: "signal", signal, conversation });
    const tellIfSeen = () => {
      if (document.visibilityState === "visible") tell("viewing");
    };
    const tellChange = () => tell(document.visibilityState === "visible" ? "viewing" : "left");
    tellIfSeen();
    this.views.add(tellIfSeen);
    const timer = setInterval(tellIfSeen, VIEWING_EVERY_MS);
    document.addEventListener("visibilitychange", tellChange);
    return () => {
      clearInterval(timer);
      this.views.delete(tellIfSeen);
      document.removeEventListener("visibilitychange", tellChange);
      this.typedAt.delete(conversation);
      tell("left");
    };
  }

  /** The line is back: what was said while it was down has not been heard. */
  announce(): void {
    for (const tell of this.views) tell();
  }

  private refresh(conversation: number): void {
    const now = this.now();
    const here = this.sightings.get(conversation);
    for (const [id, { viewingUntil }] of here ?? []) if (viewingUntil <= now) here?.delete(id);
    const seen = [...(here?.values() ?? [])];
    const next: Presence = {
      viewing: seen.map(({ member }) => member),
      typing: seen.filter(({ typingUntil }) => typingUntil > now).map(({ member }) => member),
    };
    if (seen.length === 0) this.sightings.delete(conversation);
    if (!isSame(this.presence(conversation), next)) {
      if (seen.length > 0) this.presences.set(conversation, next);
      else this.presences.delete(conversation);
      for (const listener of this.listeners) listener();
    }
    this.expireNext();
  }

  private expireNext(): void {
    clearTimeout(this.expiry);
    const now = this.now();
    let soonest = Infinity;
    for (const here of this.sightings.values())
      for (const { typingUntil, viewingUntil } of here.values())
        for (const until of [typingUntil, viewingUntil]) if (until > now) soonest = Math.min(soonest, until);
    if (soonest === Infinity) return;
    this.expiry = setTimeout(() => {
      for (const conversation of [...this.sightings.keys()]) this.refresh(conversation);
    }, soonest - now);
  }
}

function isSame(a: Presence, b: Presence): boolean {
  const ids = (members: MemberRef[]) => members.map(({ id }) => id).join();
  return ids(a.viewing) === ids(b.viewing) && ids(a.typing) === ids(b.typing);
}
