/** A sentence as it goes on after a colon: no capital, unless its first word is a name or an abbreviation. */
export function afterColon(sentence: string): string {
  const [word = ""] = /^[\p{L}\p{N}]+/u.exec(sentence) ?? [];
  if (word === "Meta" || /^.+\p{Lu}/u.test(word)) return sentence;
  return sentence.charAt(0).toLocaleLowerCase() + sentence.slice(1);
}
