// Takes out of what is recorded what gives access: by the names of headers, keys and parameters, and by its shape.
import type { NetworkSettings } from "../options.ts";
import { isSecretName, secretKeys } from "./names.ts";
import { besideCode, parameters, tokenOfScheme, wholeScheme, wholeToken } from "./patterns.ts";
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

const userBeforeHost = /((?:^|[:"'=\s(<,;])[\\/]{2,}|\b(?:http|ws)s?:[\\/]+)[^/\\?#\s"'<>]+@/gi;
const encodedUser = /(%(?:25){0,3}3A(?:%(?:25){0,3}2F){2})(?:(?!%(?:25){0,3}[23]F)[\w.~%-])+%(?:25){0,3}40/gi;
// What a hostile answer repeats a hundred thousand times must not be searched to its end each time: hence the bounds below,
// and that what only begins as a token does is matched too, and left as it is.
const jsonWebToken = /\beyJ[\w-]{6,}((?:\.[\w-]{6,}|\.(?=\.))(?:\.[\w-]*){0,3})?/g;

export function redactor({ headersToRedact, bodyKeysToRedact }: NetworkSettings): Redactor {
  const keys = [
    secretKeys,
    ...[...headersToRedact, ...bodyKeysToRedact].map((name) => name.replace(/\W/g, "\\$&")),
  ].join("|");
  const jsonKey = new RegExp(`(?<!\\\\)(\\\\*)"(?:${keys})\\1"\\s*:\\s*`, "gi");
  const element = new RegExp(`(<(?:${keys})(?:\\s[^>]{0,300})?>)[^<]+`, "gi");
  // A multipart form, or one within JSON.
  const end = "(?:\\r\\n|\\\\+r\\\\+n)";
  const part = new RegExp(`(name=\\\\*"(?:${keys})\\\\*"[^]{0,300}?${end}${end})[^]*?(?=${end}--|$)`, "gi");

  const tokens = (text: string): string => {
    let clean = text;
    if (/=|3D/i.test(text)) {
      const isBesideCode = besideCode.test(text);
      const parameter = (all: string, before: string, name: string, equals: string, value: string): string => {
        const isCode = /^code$/i.test(name) && (isBesideCode || /^(?=.*\d)(?=.*[a-z])[\w.~+/-]{16,}$/i.test(value));
        const isSecret = isCode || isSecretName(quietly(() => decodeURIComponent(name)) ?? name, bodyKeysToRedact);
        return isSecret ? before + name + equals + redacted : all;
      };
      for (const pattern of parameters) clean = clean.replace(pattern, parameter);
    }
    if (/@|40/.test(text)) clean = clean.replace(userBeforeHost, "$1").replace(encodedUser, "$1");
    clean = clean.replace(tokenOfScheme, (all, before: string, token: string) =>
      // A word of prose has none of these.
      /\d|[a-z][A-Z]|[-.~+][A-Za-z]/.test(token) ? before + redacted : all,
    );
    return clean.replace(jsonWebToken, (all, rest) => (rest ? redacted : all));
  };

  const keyed = (text: string): string => {
    let clean = "";
    let from = 0;
    for (const match of text.matchAll(jsonKey)) {
      if (match.index < from) continue;
      const value = match.index + match[0].length;
      const quote = `${match[1] as string}"`;
      clean += text.slice(from, value) + quote + redacted + quote;
      from = endOfValue(text, value, quote.length - 1);
    }
    return clean + text.slice(from);
  };

  // In a header, what begins like a JSON Web Token is one without a signature too.
  const headerTokens = (text: string): string => tokens(text).replace(/\beyJ[\w.~+/=-]{6,}/g, redacted);

  // Pages hand a token over as a subprotocol where they cannot set a header: `["bearer", "<token>"]`, `bearer.<token>`.
  const protocols = (offered: readonly string[]): string[] =>
    offered.map((name, index) => {
      const before = offered[index - 1] ?? "";
      if ((/^[\w.-]*$/.test(before) && announcesToken(before)) || /^(?=.*\d)[\w+/=-]{32,}$/.test(name)) return redacted;
      for (const { index } of name.slice(0, 99).matchAll(/[.:=_-]/g)) {
        const token = name.slice(index + 1).replace(/^(?:authorization\.k8s\.io|phx)\./, "");
        if (announcesToken(name.slice(0, index)) && /^(?=.*\d|.{12}).{6}/.test(token))
          return name.slice(0, -token.length) + redacted;
      }
      return headerTokens(name);
    });

  const headerValue = (name: string, value: string): string => {
    if (/^sec-websocket-protocol$/i.test(name)) return protocols(value.split(/ *, */)).join(", ");
    return headerTokens(value.replace(wholeToken, `$1${redacted}`));
  };

  return {
    // A URL may hold a whole file: `data:…`.
    url: (url) => tokens(url.slice(0, 6e4)),
    tokens,
    text: (text) => {
      const clean = keyed(text);
      const hidden = `$1${redacted}`;
      return tokens(/<|name=/.test(clean) ? clean.replace(element, hidden).replace(part, hidden) : clean);
    },
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          isSecretName(name, headersToRedact) ? redacted : headerValue(name, value),
        ]),
      ),
    protocols,
  };
}

/** Whether the last word of a subprotocol says that a token follows. */
const announcesToken = (name: string): boolean => {
  const last = name.split(/[.:=_-]/).pop() as string;
  return isSecretName(last) || wholeScheme.test(last);
};
