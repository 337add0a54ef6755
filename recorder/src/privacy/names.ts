// Names of credentials. The list is one with the viewer's, whose export leaves the same ones out.
import { secretName } from "./patterns.ts";

/** Whether the value of a header, a parameter of a URL or a subprotocol of that name is a credential; `chosen` are names of the page's own. */
export function isSecretName(name: string, chosen: string[] = []): boolean {
  const words = `_${name.slice(-100).replace(/([^A-Z])(?=[A-Z][A-Za-z])/g, "$1_")}_`
    .replace(/[^a-z\d]+/gi, "_")
    .toLowerCase();
  return secretName.test(words) || chosen.some((one) => one.toLowerCase() === name.toLowerCase());
}

/**
 * Keys of bodies that are never recorded. A narrower list than that of headers: in a body, `token` or `session` may be
 * what the page is about.
 */
export const secretKeys =
  "[\\w-]{0,99}(?:passw(?:or)?d[\\w-]{0,99}|passphrase|secret)|pwd|(?:access|refresh|id|auth|session|[cx]srf|bearer|api)[-_]?token|" +
  "x-[\\w-]*(?:token|session|auth|signature|key)|(?:api|access|private)[-_]?key|(?:proxy-)?authorization|(?:set-)?cookie|jwt|credentials?";
