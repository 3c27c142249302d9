export interface Edited {
  text: string;
  caret: number;
}

/** Put a piece in the place of what is selected; the caret goes behind it. */
export function insertAt(text: string, piece: string, start: number, end: number): Edited {
  return { text: text.slice(0, start) + piece + text.slice(end), caret: start + piece.length };
}

/** A text that comes back stands before what has been begun meanwhile. */
export function giveBack(restored: string, begun: string): string {
  return begun.trim() === "" ? restored : `${restored}\n${begun}`;
}
