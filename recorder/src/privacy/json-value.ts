// Where a JSON value ends, in a text that may be cut off, framed by other characters, or itself a string within JSON.

/**
 * The index after the value that begins at `from`. `escapes` is the number of backslashes before each quote at this
 * depth: 0 in plain JSON, 1 in JSON within a string, 3 in JSON within that.
 */
export function endOfValue(text: string, from: number, escapes: number): number {
  const quote = `\\\\{${escapes}}"`;
  // A quote ends its string where the backslashes before it are those of its own depth, after any escaped backslashes.
  const endOfString = `(?<!\\\\)(?:\\\\{${2 * escapes + 2}})*${quote}`;
  const token = new RegExp(`${quote}(?:[^]*?${endOfString}|[^]*)|[{}[\\],:\\s]|[^][^{}[\\],:\\s"\\\\]*`, "gy");
  token.lastIndex = from;
  let depth = 0;
  do {
    const first = token.exec(text)?.[0][0] ?? text;
    if ("{[".includes(first)) depth += 1;
    else if ("}]".includes(first)) depth -= 1;
  } while (depth > 0 && token.lastIndex);
  return token.lastIndex || text.length;
}
