// Redacts credentials in what is recorded: by the names of headers, keys and parameters, and by the
// shape of tokens.
import type { NetworkSettings } from "../options.ts";
import { fields, parameterFields, redactFields, replacement } from "./fields.ts";
import { createNameRanking, isCredentialName } from "./names.ts";
import { credentialCandidate, credentialNameCandidate, schemeOnly, schemeToken, schemeTokenOnly } from "./patterns.ts";

export interface Redactor {
  /** Redacts a URL: its parameters, its fragment, the user and password before its host. */
  url_(url: string): string;
  headers_(headers: Record<string, string>): Record<string, string>;
  /** Redacts a body, a message or console text: also by keys, in JSON of any depth, forms and XML. */
  text_(text: string): string;
  /** Redacts tokens by their shape, and URLs, in any text. */
  tokens_(text: string): string;
  protocols_(offered: readonly string[]): string[];
}

const userInfo = /((?:^|[:"'=\s(<,;])[\\/]{2,}|\b(?:http|ws)s?:[\\/]+)[^/\\?#\s"'<>]+@/gi;
const encodedUserInfo = /(%(?:25){0,3}3A(?:%(?:25){0,3}2F){2})(?:(?!%(?:25){0,3}[23]F)[\w.~%-])+%(?:25){0,3}40/gi;
// Linear time on hostile input that repeats a prefix a hundred thousand times: repetitions are
// bounded, and a match of a prefix alone is consumed and kept unchanged.
const jsonWebToken = /\beyJ[\w-]{6,}((?:\.[\w-]{6,}|\.(?=\.))(?:\.[\w-]*){0,3})?/g;

export function createRedactor({ namesToRedact_ }: NetworkSettings): Redactor {
  const rankOf = createNameRanking(namesToRedact_);

  /** Whether one pass finds nothing to redact. */
  const isClean = (text: string): boolean =>
    !!credentialCandidate && !namesToRedact_.length && !credentialCandidate.test(text);

  const redactIn = (text: string, list: typeof fields): string =>
    namesToRedact_.length || credentialNameCandidate.test(text) ? redactFields(text, list, rankOf) : text;

  const tokens = (text: string): string => {
    if (isClean(text)) return text;
    let result = /=|%(?:25)*3D/i.test(text) ? redactIn(text, parameterFields) : text;
    if (/@|%/.test(text)) result = result.replace(userInfo, "$1").replace(encodedUserInfo, "$1");
    result = result.replace(schemeToken, (match, before: string, token: string) =>
      // An ordinary word has none of these.
      /\d|[a-z][A-Z]|[-.~+][A-Za-z]/.test(token) ? before + replacement : match,
    );
    return result.replace(jsonWebToken, (match, rest) => (rest ? replacement : match));
  };

  // In a header, an unsigned JSON Web Token is redacted too.
  const redactHeader = (text: string): string => tokens(text).replace(/\beyJ[\w.~+/=-]{6,}/g, replacement);

  // Pages pass tokens as subprotocols, since they cannot set headers: `["bearer", "<token>"]`,
  // `bearer.<token>`.
  const protocols = (offered: readonly string[]): string[] =>
    offered.map((name, index) => {
      const before = offered[index - 1] ?? "";
      if ((/^[\w.-]*$/.test(before) && announcesToken(before)) || /^(?=.*\d)[\w+/=-]{32,}$/.test(name))
        return replacement;
      for (const { index } of name.slice(0, 99).matchAll(/[.:=_-]/g)) {
        const token = name.slice(index + 1).replace(/^(?:authorization\.k8s\.io|phx)\./, "");
        if (announcesToken(name.slice(0, index)) && /^(?=.*\d|.{12}).{6}/.test(token))
          return name.slice(0, -token.length) + replacement;
      }
      return redactHeader(name);
    });

  const headerValue = (name: string, value: string): string => {
    if (/^sec-websocket-protocol$/i.test(name)) return protocols(value.split(/ *, */)).join(", ");
    return isClean(value) ? value : redactHeader(value.replace(schemeTokenOnly, `$1${replacement}`));
  };

  return {
    // A `data:` URL may be megabytes long.
    url_: (url) => tokens(url.slice(0, 6e4)),
    tokens_: tokens,
    text_: (text) => (isClean(text) ? text : tokens(redactIn(text, fields))),
    headers_: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, rankOf(name) ? replacement : headerValue(name, value)]),
      ),
    protocols_: protocols,
  };
}

/** Whether a token follows a subprotocol whose last word this is. */
const announcesToken = (name: string): boolean => {
  const last = name.split(/[.:=_-]/).pop() as string;
  return isCredentialName(last) || schemeOnly.test(last);
};
