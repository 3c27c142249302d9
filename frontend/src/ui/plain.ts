const MARKED = /(^|[\s\p{P}])([*_~])(?!\s|\2)(.+?)(?<!\s)\2(?=$|[\s\p{P}])/gu;

/** A text in one line, without WhatsApp's signs for bold, italic and struck through. */
export function plain(text: string): string {
  return text.replace(MARKED, "$1$3").replace(/\s+/g, " ").trim();
}
