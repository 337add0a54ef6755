// Takes out of what is recorded what gives access: by the names of headers, keys and parameters, and by its shape.
import type { NetworkSettings } from "../options.ts";
import { besideCode, isSecretName, schemes, secretKeys } from "./names.ts";
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

/**
 * `name=value` after a `?`, `&`, `#` or `;`, as in URLs; in a form, the first stands at the start. Once for each depth of
 * percent-encoding, as of a URL that is a parameter of another: what is encoded deeper is part of the value.
 */
const parameters = [0, 1, 2, 3].map((depth) => {
  const mark = "%(?:25){0,3}(?:3F|26|23|3B)";
  const end = `\\?[\\w.-]{1,50}=${depth ? `|%(?:25){0,${depth - 1}}(?:26|23|3B)` : ""}`;
  const equals = depth ? `%${"25".repeat(depth - 1)}3D` : "=";
  return new RegExp(`(^|[?&#;]|${mark})((?:(?!${mark})[\\w.%[\\]-])+?)(${equals})((?:(?!${end})[^&#\\s"'<>\\\\;])+)`, "gi");
});
const userBeforeHost = /((?:^|[:"'=\s(<,;])[\\/]{2,}|\b(?:http|ws)s?:[\\/]+)[^/\\?#\s"'<>]+@/gi;
const encodedUser = /(%(?:25){0,3}3A(?:%(?:25){0,3}2F){2})(?:(?!%(?:25){0,3}[23]F)[\w.~%-])+%(?:25){0,3}40/gi;
const scheme = new RegExp(`\\b(${schemes}(?:\\s|%20|\\+)+)([\\w.~+/-]{6,}=*)`, "gi");
/** Not a word of prose. */
const isToken = (text: string): boolean => /\d|[a-z][A-Z]|[-.~+][A-Za-z]/.test(text);
// What a hostile answer repeats a hundred thousand times must not be searched to its end each time: hence the bounds below,
// and that what only begins as a token does is matched too, and left as it is.
const jsonWebToken = /\beyJ[\w-]{6,}((?:\.[\w-]{6,}|\.(?=\.))(?:\.[\w-]*){0,3})?/g;

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
    let hasCodeContext: boolean | undefined;
    const isCode = (name: string, value: string): boolean =>
      /^code$/i.test(name) && ((hasCodeContext ??= besideCode.test(text)) || /^(?=.*\d)(?=.*[a-z])[\w.~+/-]{16,}$/i.test(value));
    const parameter = (all: string, before: string, name: string, equals: string, value: string): string => {
      const hides = isSecret(quietly(() => decodeURIComponent(name)) ?? name) || isCode(name, value);
      return hides ? before + name + equals + redacted : all;
    };
    if (/=|%3D/i.test(text)) for (const pattern of parameters) clean = clean.replace(pattern, parameter);
    if (/@|40/.test(text)) clean = clean.replace(userBeforeHost, "$1").replace(encodedUser, "$1");
    clean = clean.replace(scheme, (all, before: string, token: string) => (isToken(token) ? before + redacted : all));
    return clean.replace(jsonWebToken, (all, rest) => (rest ? redacted : all));
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

  // Pages hand a token over as a subprotocol where they cannot set a header: `["bearer", "<token>"]`, `bearer.<token>`.
  const protocols = (offered: readonly string[]): string[] =>
    offered.map((name, index) => {
      const before = offered[index - 1] ?? "";
      if ((/^[\w.-]*$/.test(before) && announcesToken(before)) || /^(?=.*\d)[\w+/=-]{32,}$/.test(name)) return redacted;
      const clean = tokens(name).replace(anyWebToken, redacted);
      for (const { index } of name.slice(0, 99).matchAll(/[.:=_-]/g)) {
        const token = name.slice(index + 1).replace(/^(?:authorization\.k8s\.io|phx)\./, "");
        if (announcesToken(name.slice(0, index)) && /^(?=.*\d|.{12}).{6}/.test(token)) return name.slice(0, -token.length) + redacted;
      }
      return clean;
    });

  const headerValue = (name: string, value: string): string => {
    if (/^sec-websocket-protocol$/i.test(name)) return protocols(value.split(/ *, */)).join(", ");
    return tokens(value.replace(wholeToken, `$1${redacted}`)).replace(anyWebToken, redacted);
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
          return [name, hidden ? redacted : headerValue(name, value)];
        }),
      ),
    protocols,
  };
}

/** An address may hold a whole file: `data:…`. */
const longestUrl = 6e4;

/** In a header, what begins like a JSON Web Token is one without a signature too. */
const anyWebToken = /\beyJ[\w.~+/=-]{6,}/g;

/** A header that is a token and nothing else, however short it is. */
const wholeToken = /^(\s*(?:bearer|dpop|negotiate|ntlm) +)[^\s",]+$/i;

/** Whether the last word of a subprotocol says that a token follows. */
const announcesToken = (name: string): boolean => {
  const last = name.split(/[.:=_-]/).pop() ?? "";
  return isSecretName(last) || new RegExp(`^${schemes}$`, "i").test(last);
};

const inLowerCase = (names: string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));

const escaped = (name: string): string => name.replace(/\W/g, "\\$&");
