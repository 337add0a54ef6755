// Requests that the recorder makes itself, by which their timings are recognized: they are no
// requests of the page.
import type { ResourceTiming } from "./timing.ts";

interface OwnRequest {
  url: string;
  /** Page time in milliseconds. */
  start: number;
}

/** Without timings after this, which a page may prevent, the oldest are forgotten. */
const maxRequests = 100;

let requests: OwnRequest[] = [];

export function addOwnRequest(url: string, start: number): void {
  requests = [...requests.slice(1 - maxRequests), { url, start }];
}

/** Whether it is the timing of such a request, which has one. */
export function takeOwnRequest({ name, initiatorType, startTime }: ResourceTiming): boolean {
  if (requests.length === 0 || initiatorType !== "fetch") return false;
  // The page's clock is coarse.
  const position = requests.findIndex(({ url, start }) => url === name && Math.abs(startTime - start) < 5);
  if (position === -1) return false;
  requests.splice(position, 1);
  return true;
}
