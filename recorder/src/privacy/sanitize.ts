// What a page's own sanitizer makes of a request or a message.
import type { NetworkSettings, RequestResponsePair } from "../options.ts";
import { quietly } from "../quietly.ts";

export type Sanitize = (pair: RequestResponsePair) => RequestResponsePair | null | undefined;

/** None where nothing of it may be recorded; that a sanitizer throws is no permission to record. */
export function sanitizer({ sanitizer: chosen }: NetworkSettings): Sanitize {
  if (chosen === undefined) return (pair) => pair;
  return (pair) =>
    quietly(() => {
      // JSON is handed over as what it means.
      const clean = chosen(withBodies(pair, (body) => quietly(() => JSON.parse(body as string) as unknown) ?? body));
      return clean && withBodies(clean, written);
    });
}

function withBodies(pair: RequestResponsePair, change: (body: unknown) => unknown): RequestResponsePair {
  const changed = <Part extends { body?: unknown }>(part: Part): Part =>
    part.body === undefined ? { ...part } : { ...part, body: change(part.body) };
  return { ...pair, request: changed(pair.request), response: changed(pair.response) };
}

function written(body: unknown): unknown {
  return typeof body === "string" ? body : JSON.stringify(body);
}
