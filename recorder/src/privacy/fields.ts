// Redacts the values of credential keys in bodies, messages and other text: in JSON, XML, forms,
// lines of headers, and assignments.
import { endOfValue } from "./json-value.ts";
import type { NameRank } from "./names.ts";
import { codeSibling, parameterEnds, parameters } from "./patterns.ts";

export const replacement = "[REDACTED]";

/**
 * A pattern of a name with everything up to its value, and a pattern of what follows the value;
 * without one, the value is a string in the quotes of the group `quote`, or JSON. A value is
 * redacted from `certainRank` of its name on; below it, it must look like a secret.
 */
type Field = readonly [pattern: RegExp, end?: RegExp | undefined, certainRank?: number];

/** A closing tag, or the end of a string of JSON in which the element is not closed. */
const endOfElement = /<\\?\/|(?<!\\)\\*"\s{0,9}[,}\]]/g;

/** The parameters of URLs and forms. */
export const parameterFields = parameters.map((pattern, depth): Field => [pattern, parameterEnds[depth], 1]);

export const fields: readonly Field[] = [
  // `"name": …`, also escaped within JSON. The quote before the colon is found first.
  [/(?<!\\)(?<quote>\\*")(?=\s{0,99}:)(?<=(?<!\\)\1(?<name>(?:[^"\\]|\\{1,9}u00\w\w){1,100})\1)\s{0,99}:\s{0,99}/g],
  // `"name": "name", "value": …`
  [
    /(?<!\\)(?<quote>\\*")(?:name|key)\1\s{0,9}:\s{0,9}\1(?<name>[^"\\]{1,100})\1\s{0,9},\s{0,9}\1value\1\s{0,9}:\s{0,9}/g,
  ],
  // `<prefix:name …>…`
  [/<(?:[\w-]{1,50}:)?(?<name>[\w.-]{1,100})(?:\s[^<>]{0,300})?(?<!\/)>/g, endOfElement],
  // `name="name" value="…"`
  [/\b(?:name|key)=(?<quote>\\*["'])(?<name>[\w.-]{1,100})\1[^<>]{0,99}?\bvalue=(?=\1)/g],
  // `<a name="name">…`
  [/\b(?:name|key)=(?<quote>\\*["'])(?<name>[\w.-]{1,100})\1[^<>]{0,99}>(?!\s*<\w)/g, endOfElement],
  // A field of a multipart form.
  [
    /\bname=(?<quote>\\*")(?<name>[^"\\]{1,100})\1[^]{0,300}?(?:\r\n|\\{1,9}r\\{1,9}n){2}/g,
    /(?:\r\n|\\{1,9}r\\{1,9}n)--/g,
  ],
  // A line of a text form or of headers.
  [/^(?<name>[\w.-]{1,100})(?:=|: ?)/gm, /[\r\n\0]/g],
  [/\\[rn](?<name>[\w.-]{1,100})(?:=|: ?)/g, /[\\"]/g],
  // `name: "…"`, `name = "…"`
  [/(?<![\w.$%-])(?<name>[\w.-]{1,100})\s{0,9}[:=]\s{0,9}(?=(?<quote>\\*["']))/g],
  // `name=…`
  [/(?<![\w.$%-])(?<name>[\w.-]{1,100})=(?![=>"'\\])/g, /[\s"'<>&,;)}\\]/g],
  // `name: …`
  [/(?<![\w.$%-])(?<name>[\w.-]{1,100}): ?(?!["'\\])/g, /[\s"'<>&,;)}\\]/g, 4],
];

/** Maximum distance of a sibling of `code`, and maximum length of a value that must look like a secret. */
const maxDistance = 500;

/** The text of the object around a value, as far as it is near. */
const siblingsOf = (text: string, from: number, to: number): string =>
  text
    .slice(Math.max(0, from - maxDistance), from)
    .split(/[{}]/)
    .pop() + (text.slice(to, to + maxDistance).split(/[{}]/)[0] as string);

function redactField(
  text: string,
  [pattern, endPattern, certainRank = 3]: Field,
  rankOf: (name: string) => NameRank,
): string {
  let result = "";
  let copied = 0;
  for (const match of text.matchAll(pattern)) {
    const { name = "", quote = "" } = match.groups as Record<string, string>;
    const isCode = /^code$/i.test(name);
    const rank = rankOf(name);
    if (match.index < copied || (rank < 2 && rank < certainRank && !isCode)) continue;
    const start = match.index + match[0].length;
    const isCertain = rank >= certainRank;
    const source = isCertain ? text : text.slice(0, start + maxDistance);
    if (endPattern) endPattern.lastIndex = start;
    const end = endPattern ? (endPattern.exec(source)?.index ?? source.length) : endOfValue(source, start, quote);
    const value = text.slice(start, end).replace(/^\\*["']|\\{0,9}["']$/g, "");
    const isSecret =
      isCertain ||
      // One word with digits, as tokens are, or groups of digits, as card numbers are.
      /^(?=\D*\d)(?:[\d -]{12,}|[\w.~+/=:-]{12,})$/.test(value) ||
      // Authorization codes are longer than status codes.
      (isCode && !/^-?\d{0,5}$/.test(value) && codeSibling.test(siblingsOf(text, match.index, end)));
    if (!isSecret || /^(?:null|true|false|\[\]|\{\}|\s*)$/.test(value)) continue;
    result += text.slice(copied, start) + (endPattern ? replacement : quote + replacement + quote);
    copied = end;
  }
  return result + text.slice(copied);
}

/** Redacts the values of fields by the ranks of their names. */
export function redactFields(text: string, list: readonly Field[], rankOf: (name: string) => NameRank): string {
  return list.reduce((redacted, field) => redactField(redacted, field, rankOf), text);
}
