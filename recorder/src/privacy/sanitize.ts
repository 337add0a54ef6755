// Applies the page's sanitizer to requests and messages.
import type { NetworkSettings, RequestResponsePair } from "../options.ts";
import { ignoreErrors } from "../ignore-errors.ts";

export type Sanitize = (pair: RequestResponsePair) => RequestResponsePair | null | undefined;

/** Returns nothing for what must not be recorded, which includes everything for which the page's sanitizer throws. */
export function createSanitizer({ sanitizer_ }: NetworkSettings): Sanitize {
  if (sanitizer_ === undefined) return (pair) => pair;
  return (pair) =>
    ignoreErrors(() => {
      // A JSON body is passed parsed.
      const sanitized = sanitizer_(
        mapBodies(pair, (body) => ignoreErrors(() => JSON.parse(body as string) as unknown) ?? body),
      );
      return sanitized && mapBodies(sanitized, stringifyBody);
    });
}

function mapBodies(pair: RequestResponsePair, change: (body: unknown) => unknown): RequestResponsePair {
  const changed = <Part extends { body?: unknown }>(part: Part): Part => ({
    ...part,
    ...(part.body !== undefined && { body: change(part.body) }),
  });
  return { ...pair, request: changed(pair.request), response: changed(pair.response) };
}

function stringifyBody(body: unknown): unknown {
  return typeof body === "string" ? body : JSON.stringify(body);
}
