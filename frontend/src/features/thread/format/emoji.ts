// One emoji with what belongs to it: flags, keycaps, skin tones, joined families.
const EMOJI =
  /^(?:\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f?)\p{Emoji_Modifier}?(?:\u200d(?:\p{Emoji_Presentation}|\p{Extended_Pictographic})\ufe0f?\p{Emoji_Modifier}?)*[\u{e0020}-\u{e007f}]*)/u;

// Signs such as © or ™ are text unless they ask to be drawn as pictures.
const TEXT_SIGN = /^[\u00a9\u00ae\u2000-\u23ff\u2460-\u27bf\u3000-\u32ff](?!\ufe0f)/u;
const PICTURE = /^\p{Emoji_Presentation}/u;

const MOST_THAT_GROW = 3;

/** How many emoji a message consists of when it holds nothing else and few enough to be drawn large, else 0. */
export function largeEmojiCount(text: string): number {
  let rest = text.trim();
  let count = 0;
  while (rest !== "") {
    const match = EMOJI.exec(rest);
    if (match === null || (TEXT_SIGN.test(rest) && !PICTURE.test(rest))) return 0;
    count += 1;
    if (count > MOST_THAT_GROW) return 0;
    rest = rest.slice(match[0].length).trimStart();
  }
  return count;
}
