// Names of credentials, from the list that the viewer's export uses too.
import { credentialName } from "./patterns.ts";

/**
 * Whether the value of a header, a URL parameter or a subprotocol of that name is a credential;
 * `moreNames` are names from the page's options. Only the last 100 characters of a name count.
 */
export function isCredentialName(name: string, moreNames: string[] = []): boolean {
  const snakeCase = `_${name.slice(-100).replace(/([^A-Z])(?=[A-Z][A-Za-z])/g, "$1_")}_`
    .replace(/[^a-z\d]+/gi, "_")
    .toLowerCase();
  return credentialName.test(snakeCase) || moreNames.some((other) => other.toLowerCase() === name.toLowerCase());
}
