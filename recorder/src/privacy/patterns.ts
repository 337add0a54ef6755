// What names of credentials look like. The build evaluates this module and bundles its results in place of the list.
import list from "../../../crates/session/src/redact/credentials.json" with { type: "json" };

const either = (words: string): string => words.replaceAll(" ", "|");

const any = (words: string): string => `(?:${either(words)})`;

/** Of a name that counts or describes credentials. */
const about = `_(?:${any(list.aboutAny)}_|${any(list.aboutLast)}_$)`;

const within = `${either(list.parts)}|${any(list.keys)}_?key|_${any(list.words)}_`;

/** A name in lower case, with `_` around each of its words. */
export const secretName = new RegExp(`^(?!.*${about})(?:.*(?:${within})|_(x_)?${any(list.names)}_$)`);

const schemes = any(list.schemes);

/** A token after a scheme of HTTP authentication, in any text. */
export const tokenOfScheme = new RegExp(`\\b(${schemes}(?:\\s|%20|\\+)+)([\\w.~+/-]{6,}=*)`, "gi");

/** A header that is a token and nothing else, however short it is; "Basic" is a word too. */
export const wholeToken = new RegExp(`^(\\s*(?!basic)${schemes} +)[^\\s",]+$`, "i");

export const wholeScheme = new RegExp(`^${schemes}$`, "i");

/** Parameters beside which `code` is an authorization code of OAuth. */
export const besideCode = new RegExp(`\\b${any(list.besideCode)}[=%]`, "i");

/**
 * `name=value` after a `?`, `&`, `#` or `;`, as in URLs; in a form, the first stands at the start. Once for each depth of
 * percent-encoding, as of a URL that is a parameter of another: what is encoded deeper is part of the value.
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
