// Patterns of credentials, made of the list that the viewer's export uses too. The build evaluates
// this module and bundles the resulting patterns in place of the list.
import list from "../../../crates/session/src/redact/credentials.json" with { type: "json" };

const alternatives = (entries: string): string => entries.replaceAll(" ", "|");

const anyOf = (entries: string): string => `(?:${alternatives(entries)})`;

/** Matches names that describe or count credentials without being one: `token_type`, `max_tokens`. */
const description = `_(?:${anyOf(list.aboutAny)}_|${anyOf(list.aboutLast)}_$)`;

const credentialPart = `${alternatives(list.parts)}|${anyOf(list.keys)}_?key|_${anyOf(list.segments)}_`;

/** Matches a credential's name in snake case, with `_` before and after it. */
export const credentialName = new RegExp(
  `^(?!.*${description})(?:.*(?:${credentialPart})|_(x_)?${anyOf(list.names)}_$)`,
);

/**
 * Source of a pattern of the keys whose values are redacted in bodies and messages. They are a list
 * of their own, narrower than that of names: in a body, `token` or `session` alone may be ordinary
 * content. In the list `_` is an optional separator, `*` any word characters, and `{a,b}` one of
 * both.
 */
export const credentialKeys = alternatives(list.bodyKeys)
  .replaceAll("_", "[-_]?")
  .replaceAll("{", "(?:")
  .replaceAll(",", "|")
  .replaceAll("}", ")")
  .replaceAll("*", "[\\w-]{0,99}");

const schemes = anyOf(list.schemes);

/** A token after a scheme of HTTP authentication, in any text. */
export const schemeToken = new RegExp(`\\b(${schemes}(?:\\s|%20|\\+)+)([\\w.~+/-]{6,}=*)`, "gi");

/** A header value that consists of a scheme and a token of any length; after "Basic", a short word is ambiguous. */
export const schemeTokenOnly = new RegExp(`^(\\s*(?!basic)${schemes} +)[^\\s",]+$`, "i");

export const schemeOnly = new RegExp(`^${schemes}$`, "i");

/** Parameters next to which `code` is an OAuth authorization code. */
export const codeCompanion = new RegExp(`\\b${anyOf(list.codeContext)}[=%]`, "i");

/**
 * `name=value` after a `?`, `&`, `#` or `;`, as in URLs, or at the start, as in a form. One pattern
 * per depth of percent-encoding, as of a URL that is a parameter of another; anything encoded
 * deeper is part of the value.
 */
export const parameters = [0, 1, 2, 3].map((depth) => {
  const mark = "%(?:25){0,3}(?:3F|26|23|3B)";
  const end = `\\?[\\w.-]{1,50}=${depth ? `|%(?:25){0,${depth - 1}}(?:26|23|3B)` : ""}`;
  const equals = depth ? `%${"25".repeat(depth - 1)}3D` : "=";
  return new RegExp(
    `(^|[?&#;]|${mark})((?:(?!${mark})[\\w.%[\\]-])+?)(${equals})((?:(?!${end})[^&#\\s"'<>\\\\;])+)`,
    "gi",
  );
});
