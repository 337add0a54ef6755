// Names of credentials, from the list that the viewer's export uses too.
import { ambiguousKey, credentialName, ordinaryKey } from "./patterns.ts";

/** A name in snake case, with `_` before and after it. Only its last 100 characters count. */
const snakeCase = (name: string): string =>
  `_${name.slice(-100).replace(/([^A-Z])(?=[A-Z][A-Za-z])/g, "$1_")}_`.replace(/[^a-z\d]+/gi, "_").toLowerCase();

/** Whether the value of a header, a URL parameter or a subprotocol of that name is a credential. */
export const isCredentialName = (name: string): boolean => credentialName.test(snakeCase(name));

/**
 * What a name says about its value: 3 is a credential everywhere, 2 is one if it looks like a secret
 * or is a parameter or a header, 1 is one only as a parameter or a header, 0 is none.
 */
export type NameRank = 0 | 1 | 2 | 3;

/** Bounds the memory of names that a page makes up. */
const maxRememberedNames = 5000;

/** Ranks each name once: a recording has few of them, many times. `moreNames` are from the page's options. */
export function createNameRanking(moreNames: readonly string[]): (name: string) => NameRank {
  const listed = moreNames.map((name) => name.toLowerCase());
  const ranks = new Map<string, NameRank>();
  const rankOf = (name: string): NameRank => {
    const unescaped = name.replace(/(?:\\+u00|%)([\da-f]{2})/gi, (_, code) =>
      String.fromCharCode(parseInt(code as string, 16)),
    );
    const snake = snakeCase(unescaped);
    if (listed.includes(unescaped.toLowerCase())) return 3;
    if (!credentialName.test(snake)) return 0;
    return ordinaryKey.test(snake) ? 1 : ambiguousKey.test(snake) ? 2 : 3;
  };
  return (name) => {
    let rank = ranks.get(name);
    if (rank === undefined) {
      if (ranks.size > maxRememberedNames) ranks.clear();
      ranks.set(name, (rank = rankOf(name)));
    }
    return rank;
  };
}
