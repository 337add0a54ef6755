// Takes out of what is recorded what gives access: by the names of headers, keys and parameters, and by its shape.
import type { NetworkSettings } from "../options.ts";
import { isSecretName, secretKeys } from "./names.ts";
import { endOfValue } from "./json-value.ts";
import { quietly } from "../quietly.ts";

export const redacted = "[REDACTED]";

export interface Redactor {
  /** An address: its parameters, its fragment, a password before its host. */
  url(url: string): string;
  headers(headers: Record<string, string>): Record<string, string>;
  /** A body, a message or a word of the console: by keys too, in JSON of any depth, forms and XML. */
  text(text: string): string;
  /** Any text: by what tokens look like, and in addresses within it. */
  tokens(text: string): string;
  protocols(offered: readonly string[]): string[];
}

/** `name=value` after a `?`, `&`, `#` or `;`, as in addresses; in a form, the first stands at the start. */
const parameters = /(^|[?&#;])([\w.%[\]-]+)=([^&#\s"'<>\\;]+)/g;
const beforeHost = /(\/\/[^/?#\s:@"]*:)[^/?#\s@"]+@/g;
const bearer = /\b(bearer\s+)(?=[a-z]*[\d._~+/-])[\w.~+/=-]{6,}/gi;
// What a hostile answer repeats a hundred thousand times must not be searched to its end each time: hence the bounds below,
// and that what only begins as a token does is matched too, and left as it is.
const jsonWebToken = /\beyJ[\w-]{6,}(\.[\w-]{6,}(\.[\w-]*)?)?/g;

export function redactor({ headersToRedact, bodyKeysToRedact }: NetworkSettings): Redactor {
  const chosenHeaders = inLowerCase(headersToRedact);
  const chosenKeys = inLowerCase(bodyKeysToRedact);
  const keys = [secretKeys, ...[...headersToRedact, ...bodyKeysToRedact].map(escaped)].join("|");
  const jsonKey = new RegExp(`(?<!\\\\)(\\\\*)"(?:${keys})\\1"\\s*:\\s*`, "gi");
  const element = new RegExp(`(<(${keys})(?:\\s[^>]{0,300})?>)[^<]+`, "gi");
  // A multipart form, or one within JSON.
  const end = "(?:\\r\\n|\\\\+r\\\\+n)";
  const part = new RegExp(`(name=\\\\*"(?:${keys})\\\\*"[^]{0,300}?${end}${end})[^]*?(?=${end}--|$)`, "gi");
  const isSecret = (name: string): boolean => isSecretName(name) || chosenKeys.has(name.toLowerCase());

  const tokens = (text: string): string => {
    let clean = text;
    if (text.includes("=")) {
      clean = clean.replace(parameters, (all, before: string, name: string) =>
        isSecret(quietly(() => decodeURIComponent(name)) ?? name) ? `${before}${name}=${redacted}` : all,
      );
    }
    if (text.includes("@")) clean = clean.replace(beforeHost, `$1${redacted}@`);
    return clean.replace(bearer, `$1${redacted}`).replace(jsonWebToken, (all, rest) => (rest ? redacted : all));
  };

  const keyed = (text: string): string => {
    let clean = "";
    let from = 0;
    for (const match of text.matchAll(jsonKey)) {
      if (match.index < from) continue;
      const value = match.index + match[0].length;
      const quote = `${match[1] ?? ""}"`;
      clean += text.slice(from, value) + quote + redacted + quote;
      from = endOfValue(text, value, quote.length - 1);
    }
    return clean + text.slice(from);
  };

  return {
    url: (url) => tokens(url.slice(0, longestUrl)),
    tokens,
    text: (text) => {
      let clean = text.includes('"') ? keyed(text) : text;
      if (text.includes("<")) clean = clean.replace(element, `$1${redacted}`);
      if (text.includes("name=")) clean = clean.replace(part, `$1${redacted}`);
      return tokens(clean);
    },
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => {
          const hidden = isSecretName(name) || chosenHeaders.has(name.toLowerCase());
          return [name, hidden ? redacted : tokens(value)];
        }),
      ),
    // Pages hand a token over as a subprotocol where they cannot set a header: `["bearer", "<token>"]`, `bearer.<token>`.
    protocols: (offered) =>
      offered.map((name, index) => {
        const before = offered[index - 1] ?? "";
        if (isSecretName(before) || /^bearer$/i.test(before)) return redacted;
        return tokens(name).replace(/((?:bearer.*?|token)[.:=-])[\w+/=~-]{12,}$/i, `$1${redacted}`);
      }),
  };
}

/** An address may hold a whole file: `data:…`. */
const longestUrl = 6e4;

const inLowerCase = (names: string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));

const escaped = (name: string): string => name.replace(/\W/g, "\\$&");
