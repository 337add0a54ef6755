// Bounds the length of texts and their changes of direction.

const CONTROL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const hasDirections =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const STRONG = /[\p{L}\p{N}]/u;

export interface Measured {
  text: string;
  /** Changes of direction in it. */
  turns: number;
}

/** The beginning of the text with no more than `maxLength` characters and `maxTurns` changes of direction. */
export function boundText(text: string, maxLength: number, maxTurns: number): Measured {
  const short = text.length > maxLength ? withoutHalfPair(text.slice(0, maxLength)) : text;
  if (!hasDirections.test(short)) return { text: short, turns: 0 };
  let [turns, length, wasRight] = [0, 0, undefined as boolean | undefined];
  for (const character of short) {
    const isControl = CONTROL.test(character);
    const isRight = RIGHT_TO_LEFT.test(character);
    if (isControl || ((isRight || STRONG.test(character)) && isRight !== wasRight)) {
      if (turns >= maxTurns) return { text: short.slice(0, length), turns };
      turns += 1;
      if (!isControl) wasRight = isRight;
    }
    length += character.length;
  }
  return { text: short, turns };
}

function withoutHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.slice(0, -1) : text;
}
