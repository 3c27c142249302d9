import type { Member } from "@/api";

/** Active members whose name holds the words, without regard to accents; oneself first, then by name. */
export function matching(members: readonly Member[], search: string, viewerId: number | null): Member[] {
  const words = fold(search.trim());
  return members
    .filter((member) => member.status === "active" && fold(member.name).includes(words))
    .sort((a, b) => Number(b.id === viewerId) - Number(a.id === viewerId) || a.name.localeCompare(b.name));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
