const MARKED = /(^|[\s\p{P}])([*_~])(?!\s|\2)(.+?)(?<!\s)\2(?=$|[\s\p{P}])/gu;
const CODE = /(```|`)(?!`)([^`]+)\1/g;

/** A text in one line, without WhatsApp's signs for bold, italic, struck through and code. */
export function plain(text: string): string {
  return text.replace(CODE, "$2").replace(MARKED, "$1$3").replace(/\s+/g, " ").trim();
}
