// Requests for the network part: those of scripts with the browser's timing, where it arrives in
// time, and all others by their timing alone.
import type { Context, NetworkCapture } from "../context.ts";
import { trackExchanges, type Exchange } from "./exchanges.ts";
import { recordNetworkFetch } from "./network-fetch.ts";
import { pause } from "./pause.ts";
import { bestMatch, failedTimingWaitMs, timingWaitMs, writeTiming } from "./resource-timing.ts";
import type { ResourceTiming } from "./timing.ts";
import { recordXhr } from "./xhr.ts";

export function recordNetworkRequests(context: Context): NetworkCapture {
  /** Finished requests that wait for their timing. */
  const finished = new Set<Exchange>();
  /** Timings of requests that are not finished: their bodies are still being read. */
  const timings = new Set<ResourceTiming>();

  const write = (exchange: Exchange, timing?: ResourceTiming): void => {
    if (finished.delete(exchange)) exchanges.write_(context.journal_, exchange, timing);
  };

  const matchTimings = (): void => {
    for (const timing of timings) {
      const exchange = bestMatch(timing, finished);
      if (!exchange) continue;
      timings.delete(timing);
      write(exchange, timing);
    }
  };

  const exchanges = trackExchanges(context, (exchange) => {
    finished.add(exchange);
    matchTimings();
    setTimeout(write, exchange.outcome ? failedTimingWaitMs : timingWaitMs, exchange);
  });

  const addTimings = (entries: PerformanceEntryList): void => {
    for (const timing of entries as ResourceTiming[]) {
      if (/^(fetch|xml)/.test(timing.initiatorType)) timings.add(timing);
      // Chromium reports a navigation when observed, and again once the page has loaded.
      else if (timing.duration) writeTiming(context, context.journal_, timing);
    }
    matchTimings();
  };
  const observer = new PerformanceObserver((list) => addTimings(list.getEntries()));
  for (const type of ["navigation", "resource"]) observer.observe({ type, buffered: true });
  const undo = [recordNetworkFetch(exchanges), recordXhr(exchanges)];

  return {
    flush_: async () => {
      await exchanges.flush_();
      // The browser reports a timing shortly after the page has received the response.
      await pause(20);
      addTimings(observer.takeRecords());
    },
    stop_: () => {
      undo.forEach((restore) => restore());
      observer.disconnect();
    },
  };
}
