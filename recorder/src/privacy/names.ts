// Names of credentials. The list is one with the viewer's, whose export leaves the same ones out.
import list from "../../../crates/session/src/redact/credentials.json" with { type: "json" };

const any = (words: string): string => `(?:${words.replaceAll(" ", "|")})`;

const secretName = new RegExp(`${any(list.parts)}|${any(list.keys)}_?key|_${any(list.words)}_|^_(x_)?${any(list.names)}_$`);
const about = new RegExp(`_${any(list.aboutAny)}_|_${any(list.aboutLast)}_$`);

/** Whether the value of a header, a parameter of a URL or a subprotocol of that name is a credential. */
export function isSecretName(name: string): boolean {
  const words = `_${name.slice(-100).replace(/([^A-Z])(?=[A-Z][A-Za-z])/g, "$1_")}_`.replace(/[^a-z\d]+/gi, "_").toLowerCase();
  return secretName.test(words) && !about.test(words);
}

/** Schemes of HTTP authentication that a token follows. */
export const schemes = any(list.schemes);

/** Parameters beside which `code` is an authorization code of OAuth. */
export const besideCode = new RegExp(`\\b${any(list.besideCode)}(=|%)`, "i");

/**
 * Keys of bodies that are never recorded. A narrower list than that of headers: in a body, `token` or `session` may be
 * what the page is about.
 */
export const secretKeys =
  "[\\w-]{0,99}(?:passw(?:or)?d[\\w-]{0,99}|passphrase|secret)|pwd|(?:access|refresh|id|auth|session|[cx]srf|bearer|api)[-_]?token|" +
  "x-[\\w-]*(?:token|session|auth|signature|key)|(?:api|access|private)[-_]?key|(?:proxy-)?authorization|(?:set-)?cookie|jwt|credentials?";
