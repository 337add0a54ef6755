// Where a JSON value ends, in a text that may be cut off, framed by other characters, or itself a string within JSON.

/**
 * The index after the value that begins at `from`. `escapes` is the number of backslashes before each quote at this
 * depth: 0 in plain JSON, 1 in JSON within a string, 3 in JSON within that.
 */
export function endOfValue(text: string, from: number, escapes: number): number {
  let depth = 0;
  let index = from;
  do {
    const end = endOfToken(text, index, escapes);
    const first = text[index] as string;
    if ("{[".includes(first)) depth += 1;
    else if ("}]".includes(first)) depth -= 1;
    index = end;
  } while (depth > 0 && index < text.length);
  return index;
}

function endOfToken(text: string, from: number, escapes: number): number {
  const quote = from + escapes;
  if (text[quote] === '"' && isEscapes(text, from, escapes)) return endOfString(text, quote + 1, escapes);
  if (/[{}[\],:\s]/.test(text[from] ?? "")) return from + 1;
  const rest = /[{}[\],:\s"\\]/g;
  rest.lastIndex = from + 1;
  return rest.exec(text)?.index ?? text.length;
}

const isEscapes = (text: string, from: number, escapes: number): boolean => /^\\*$/.test(text.slice(from, from + escapes));

/** A quote ends its string where the backslashes before it are those of its own depth, after any escaped backslashes. */
function endOfString(text: string, from: number, escapes: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    while (before > from && text[before - 1] === "\\") before -= 1;
    if ((quote - before) % (2 * (escapes + 1)) === escapes) return quote + 1;
  }
  return text.length;
}
