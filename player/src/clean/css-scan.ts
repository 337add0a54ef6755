// Finds the boundaries of CSS rules in one pass, tokenized as browsers do. Takes linear time for
// any input.
import { MAX_NESTING } from "./limits.ts";

const TAB = 9,
  NEWLINE = 10,
  FORM_FEED = 12,
  RETURN = 13,
  SPACE = 32;
const QUOTE = 34,
  APOSTROPHE = 39,
  OPEN = 40,
  CLOSE = 41,
  ASTERISK = 42,
  SLASH = 47,
  SEMICOLON = 59;
const OPEN_SQUARE = 91,
  BACKSLASH = 92,
  CLOSE_SQUARE = 93,
  OPEN_CURLY = 123,
  CLOSE_CURLY = 125;

const closers: Readonly<Record<number, number>> = {
  [OPEN]: CLOSE,
  [OPEN_SQUARE]: CLOSE_SQUARE,
  [OPEN_CURLY]: CLOSE_CURLY,
};

const isSpace = (code: number): boolean =>
  code === SPACE || code === TAB || code === NEWLINE || code === RETURN || code === FORM_FEED;

/** Open brackets beyond which the scan stops. */
const MAX_OPEN = 10_000;

export interface Part {
  /** A prelude before `{`, a declaration or statement before `;` or `}`, or the end of a block. */
  type: "prelude" | "declaration" | "end";
  start: number;
  end: number;
  /** Number of enclosing blocks. */
  depth: number;
  /** Maximum depth of the brackets in it. */
  nesting: number;
  /** Bracketed groups in it. */
  groups: number;
  /** Characters in strings and URLs. */
  quoted: number;
}

/** Yields the parts of a style sheet, or of a style attribute, in order. */
export function* partsOf(css: string): Generator<Part> {
  const open: number[] = [];
  let [start, blocks, nesting, groups, quoted] = [0, 0, 0, 0, 0];
  const part = (type: Part["type"], end: number): Part => {
    const found = { type, start, end, depth: blocks, nesting, groups, quoted };
    [start, nesting, groups, quoted] = [end + 1, 0, 0, 0];
    return found;
  };
  for (let at = 0; at < css.length; at += 1) {
    const code = css.charCodeAt(at);
    if (code === BACKSLASH) {
      at += 1;
    } else if (code === SLASH && css.charCodeAt(at + 1) === ASTERISK) {
      const end = css.indexOf("*/", at + 2);
      at = end < 0 ? css.length : end + 1;
    } else if (code === QUOTE || code === APOSTROPHE) {
      const end = endOfString(css, at, code);
      quoted += end - at;
      at = end;
    } else if (code === OPEN && isUnquotedUrl(css, at)) {
      const end = endOfUrl(css, at);
      quoted += end - at;
      at = end;
    } else if (code === OPEN_CURLY && open.length === blocks) {
      yield part("prelude", at);
      open.push(CLOSE_CURLY);
      blocks += 1;
      // A list of blocks within blocks is counted where it goes too deep.
      nesting = blocks > MAX_NESTING ? blocks : 0;
    } else if (closers[code] !== undefined) {
      open.push(closers[code]);
      groups += 1;
      nesting = Math.max(nesting, open.length - blocks);
      if (open.length > MAX_OPEN) break;
    } else if (code === open.at(-1)) {
      open.pop();
      if (open.length < blocks) {
        yield part("declaration", at);
        blocks -= 1;
        yield { ...part("end", at), start: at };
        start = at + 1;
      }
    } else if (code === SEMICOLON && open.length === blocks) {
      yield part("declaration", at);
    }
  }
  if (start < css.length) yield part("declaration", css.length);
}

/** A string ends at its quote, or at the end of the line. */
function endOfString(css: string, start: number, quote: number): number {
  for (let at = start + 1; at < css.length; at += 1) {
    const code = css.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === quote || code === NEWLINE || code === RETURN || code === FORM_FEED) return at;
  }
  return css.length - 1;
}

function isUnquotedUrl(css: string, bracket: number): boolean {
  if (css.slice(bracket - 3, bracket).toLowerCase() !== "url") return false;
  let at = bracket + 1;
  while (at < css.length && isSpace(css.charCodeAt(at))) at += 1;
  const code = css.charCodeAt(at);
  return code !== QUOTE && code !== APOSTROPHE;
}

function endOfUrl(css: string, bracket: number): number {
  for (let at = bracket + 1; at < css.length; at += 1) {
    const code = css.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === CLOSE) return at;
  }
  return css.length - 1;
}
