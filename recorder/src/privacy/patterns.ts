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

/** A text to find, and a pattern of what follows it. */
type Candidate = readonly [text: string, tail?: string];

/** Alternatives that begin alike share their beginning: engines try far fewer at each position of a text. */
function prefixTree(candidates: readonly Candidate[]): string {
  const tails = candidates.filter(([text]) => text === "").map(([, tail = ""]) => tail);
  // What begins with a text that is found anyway.
  if (tails.includes("")) return "";
  const rests = new Map<string, Candidate[]>();
  for (const [text, tail] of candidates)
    if (text !== "") rests.set(text.charAt(0), [...(rests.get(text.charAt(0)) ?? []), [text.slice(1), tail ?? ""]]);
  const branches = [...[...rests].map(([first, rest]) => first + prefixTree(rest)), ...new Set(tails)];
  return branches.length === 1 ? String(branches[0]) : `(?:${branches.join("|")})`;
}

const nameCandidates: readonly Candidate[] = [
  ...`${list.parts} ${list.segments}`.split(" ").map((text): Candidate => [text]),
  ...`code ${list.names}`.split(" ").map((text): Candidate => [text, "(?![a-z])"]),
  ["key", `(?<=${anyOf(list.keys)}[\\W_]?key)`],
  ["u00", "[4-7]"],
];

/** Matches every text that has a credential's name, and few others. */
export const credentialNameCandidate = new RegExp(prefixTree([...nameCandidates, ["%", "[4-7]"]]), "i");

/** The same, in its place in the network part: shorter when compressed, and slower. */
export const shortNameCandidate = new RegExp(
  `${alternatives(`${list.parts} ${list.segments}`)}|${anyOf(list.keys)}[\\W_]?key|${anyOf(`code ${list.names}`)}(?![a-z])|(?:u00|%)[4-7]`,
  "i",
);

/**
 * Matches every text in which anything may be redacted: names, tokens after a scheme, user info, JSON Web Tokens. The
 * network part has none.
 */
export const credentialCandidate: RegExp | undefined = new RegExp(
  prefixTree([
    ...nameCandidates,
    ...list.schemes.split(" ").map((text): Candidate => [text, "[\\s%+]"]),
    ["%"],
    ["@"],
    ["eyj"],
  ]),
  "i",
);

/**
 * Matches the names of credentials that are ordinary content as keys of a body: it is the content
 * of a page.
 */
export const ordinaryKey = new RegExp(
  `^_(?:x_)?(?:${alternatives(list.ordinaryNames)}|${anyOf(list.cursors)}_?token)_$`,
);

/** Matches names whose values are redacted in a body only where they look like secrets. */
export const ambiguousKey = new RegExp(`${alternatives(list.ambiguousParts)}|^_${anyOf(list.ambiguousNames)}_$`);

const schemes = anyOf(list.schemes);

/** A token after a scheme of HTTP authentication, in any text. */
export const schemeToken = new RegExp(`\\b(${schemes}(?:\\s|%20|\\+)+)([\\w.~+/-]{6,}=*)`, "gi");

/** A header value that consists of a scheme and a token of any length; after "Basic", a short word is ambiguous. */
export const schemeTokenOnly = new RegExp(`^(\\s*(?!basic)${schemes} +)[^\\s",]+$`, "i");

export const schemeOnly = new RegExp(`^${schemes}$`, "i");

/** Matches a parameter or a key next to which `code` is an OAuth authorization code. */
export const codeSibling = new RegExp(`\\b${anyOf(list.codeContext)}(?:\\\\*"|[=%])`, "i");

const mark = "%(?:25){0,3}(?:3F|26|23|3B)";
const depths = [0, 1, 2, 3];

/**
 * `name=` after a `?`, `&`, `#` or `;`, as in URLs, or at the start, as in a form. One pattern per
 * depth of percent-encoding, as of a URL that is a parameter of another.
 */
export const parameters = depths.map((depth) => {
  const equals = depth ? `%${"25".repeat(depth - 1)}3D` : "=";
  return new RegExp(`(?:^|[?&#;]|${mark})(?<name>(?:(?!${mark})[\\w.%[\\]-])+?)${equals}`, "gi");
});

/** What follows the value of a parameter; anything that is encoded deeper is part of the value. */
export const parameterEnds = depths.map((depth) => {
  const encoded = depth ? `|%(?:25){0,${depth - 1}}(?:26|23|3B)` : "";
  return new RegExp(`\\?[\\w.-]{1,50}=|[&#\\s"'<>\\\\;]${encoded}`, "gi");
});
