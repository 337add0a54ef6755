// Requests that the recorder makes itself, by which their timings are recognized: they are no
// requests of the page.
import { pageNow } from "../clock.ts";
import type { ResourceTiming } from "./timing.ts";

interface OwnRequest {
  url: string;
  /** When it was made and when it had its response. Page time in milliseconds. */
  start: number;
  end: number;
}

/** Without timings after this, which a page may prevent, the oldest are forgotten. */
const maxRequests = 100;

/** The page's clock is coarse. */
const clockToleranceMs = 1;

let requests: OwnRequest[] = [];

/** Makes a request, from the browser's cache alone. */
export async function readFromCache(url: string): Promise<Response> {
  const request: OwnRequest = { url, start: pageNow(), end: Infinity };
  requests = [...requests.slice(1 - maxRequests), request];
  try {
    return await fetch(url, { cache: "only-if-cached", mode: "same-origin" });
  } finally {
    request.end = pageNow();
  }
}

/** Whether it is the timing of such a request, which has one. */
export function takeOwnRequest({ name, initiatorType, startTime }: ResourceTiming): boolean {
  if (requests.length === 0 || initiatorType !== "fetch") return false;
  const isOfTiming = ({ url, start, end }: OwnRequest): boolean =>
    url === name && startTime >= start - clockToleranceMs && startTime <= end;
  const position = requests.findIndex(isOfTiming);
  if (position === -1) return false;
  requests.splice(position, 1);
  return true;
}
