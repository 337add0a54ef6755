// Finds the end of a JSON value in text that may be truncated, surrounded by other text, or a
// string within JSON.

/**
 * Returns the index after the value that begins at `from`. `escapes` is the number of backslashes
 * before each quote at this depth: 0 in plain JSON, 1 in JSON within a string, 3 in JSON within
 * that.
 */
export function endOfValue(text: string, from: number, escapes: number): number {
  const quote = `\\\\{${escapes}}"`;
  // A quote ends its string if it is preceded by exactly its depth's backslashes, after any escaped
  // backslashes.
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
