// The browser's timings of requests, and the requests of scripts that they belong to.
import type { Context } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import type { Exchange } from "./exchanges.ts";
import { addResource, type ResourceTiming } from "./timing.ts";

/** How long a finished request waits for its timing: the page may still be reading the response. */
export const timingWaitMs = 30_000;
/** A failed request may have no timing. */
export const failedTimingWaitMs = 1000;
/** The page's clock is coarse: a timing may appear to start a little before its call. */
const clockToleranceMs = 1;

/** Writes a request that no script made. */
export function writeTiming(context: Context, sink: Sink, timing: ResourceTiming, outcome?: "pending"): void {
  const { entryType, initiatorType, startTime, responseEnd } = timing;
  const resource = {
    name: context.redactor_.url_(timing.name),
    initiatorType: entryType === "navigation" ? entryType : initiatorType,
    method: initiatorType === "beacon" ? "POST" : "GET",
    start_: startTime,
    end_: responseEnd || undefined,
    outcome,
  };
  addResource(context, sink, resource, timing);
}

const withoutFragment = (url: string): string | undefined => (url.includes("#") ? url.split("#", 1)[0] : url);

/** Of requests to the same URL, the one with the nearest start and end. */
export function bestMatch(timing: ResourceTiming, requests: Iterable<Exchange>): Exchange | undefined {
  // Read once: a page may have thousands of requests in progress.
  const { initiatorType: type, startTime, responseEnd } = timing;
  const name = withoutFragment(timing.name);
  let best: Exchange | undefined;
  let minDistance = Infinity;
  for (const request of requests) {
    const { initiatorType, url, start_, end_ = responseEnd } = request;
    if (startTime < start_ - clockToleranceMs) continue;
    const distance = startTime - start_ + Math.abs(responseEnd - end_);
    // Browsers differ in the initiator type of an event source.
    const isSameType = type === initiatorType || (isFullRecorder && initiatorType === "eventsource");
    if (distance < minDistance && isSameType && withoutFragment(url) === name)
      [best, minDistance] = [request, distance];
  }
  return best;
}
