// Finds the end of a JSON value in text that may be truncated, surrounded by other text, or a
// string within JSON.

/**
 * Returns the index after the value that begins at `from`. `quote` is how strings are quoted at this
 * depth: `"` in plain JSON, with a backslash before it in JSON within a string, with three in JSON
 * within that.
 */
export function endOfValue(text: string, from: number, quote: string): number {
  const mark = quote.replaceAll("\\", "\\\\");
  // A quote ends its string if it is preceded by exactly its depth's backslashes, after any escaped
  // backslashes.
  const endOfString = `(?<!\\\\)(?:\\\\{${2 * quote.length}})*${mark}`;
  const token = new RegExp(`${mark}(?:[^]*?${endOfString}|[^]*)|[{}[\\],:\\s]|[^][^{}[\\],:\\s"\\\\]*`, "gy");
  token.lastIndex = from;
  let depth = 0;
  do {
    const first = token.exec(text)?.[0][0] ?? text;
    if ("{[".includes(first)) depth += 1;
    else if ("}]".includes(first)) depth -= 1;
  } while (depth > 0 && token.lastIndex);
  return token.lastIndex || text.length;
}
