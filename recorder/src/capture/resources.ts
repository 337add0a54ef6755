// Everything the page loaded, as measured by the browser; requests made by scripts are matched to
// their timings, one to one.
import { pageNow } from "../clock.ts";
import type { Capture, Context } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { recordBeacons } from "./beacon.ts";
import { recordEventSources } from "./event-source.ts";
import { trackExchanges, type Exchange } from "./exchanges.ts";
import { recordFetch } from "./fetch.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { takeOwnRequest } from "./own-requests.ts";
import { pause } from "./pause.ts";
import { bestMatch, failedTimingWaitMs, timingWaitMs, writeTiming } from "./resource-timing.ts";
import type { ResourceTiming } from "./timing.ts";
import { recordXhr } from "./xhr.ts";

const maxWrittenWithoutTiming = 200;
export function recordRequests(context: Context): Capture {
  const { journal_: journal, settings_: settings, isFromStart_: isFromStart } = context;
  /** Finished requests that wait for their timing. */
  const finished = new Set<Exchange>();
  /** Requests written without a timing, which may still arrive. */
  let writtenWithoutTiming: Exchange[] = [];
  /** Timings of requests that are not finished: their bodies are still being read. */
  const timings = new Set<ResourceTiming>();
  let hasNavigation = false;

  const exchanges = trackExchanges(context, (exchange) => {
    finished.add(exchange);
    matchTimings();
    if (finished.has(exchange)) sweepLater();
  });

  let sweepTimer: ReturnType<typeof setTimeout> | undefined;
  /** One timer for all requests: a page may make thousands. */
  const sweepLater = (): void => {
    sweepTimer ??= setTimeout(() => {
      sweepTimer = undefined;
      for (const exchange of finished) {
        const age = pageNow() - (exchange.end_ as number);
        if (age >= (exchange.outcome ? failedTimingWaitMs : timingWaitMs)) writeWithoutTiming(exchange);
      }
      if (finished.size) sweepLater();
    }, failedTimingWaitMs);
  };

  const write = (exchange: Exchange, timing?: ResourceTiming): void => {
    exchanges.write_(journal, exchange, timing);
    // A page may hold on to its response.
    if (exchange.reader_) exchange.reader_.chunks_ = [];
    delete exchange.requestBody_;
    delete exchange.responseBody_;
  };

  const writeWithoutTiming = (exchange: Exchange): void => {
    if (!finished.delete(exchange)) return;
    write(exchange);
    writtenWithoutTiming = [...writtenWithoutTiming.slice(-maxWrittenWithoutTiming), exchange];
  };

  /** Matches timings to requests. A timing that matches no script's request is written as a request of its own. */
  const matchTimings = (): void => {
    for (const timing of timings) {
      const exchange = bestMatch(timing, finished);
      if (!exchange && bestMatch(timing, exchanges.pending_)) continue;
      timings.delete(timing);
      if (exchange) {
        finished.delete(exchange);
        write(exchange, timing);
      } else if (!bestMatch(timing, writtenWithoutTiming)) {
        writeTiming(context, journal, timing);
      }
    }
  };

  const addTimings = (entries: PerformanceEntryList): void => {
    for (const timing of entries as ResourceTiming[]) {
      if (timing.name === settings.endpoint_ || takeOwnRequest(timing)) continue;
      if (timing.entryType === "navigation") {
        // Chromium reports it twice: in its current state when observed, and again once the page
        // has loaded.
        if (hasNavigation || !timing.responseEnd) continue;
        hasNavigation = true;
      }
      timings.add(timing);
    }
    matchTimings();
  };

  // A page may have replaced the class before; requests are recorded without the browser's timings
  // then.
  const observer = ignoreErrors(() => new PerformanceObserver((list) => addTimings(list.getEntries())));
  for (const type of ["navigation", "resource"]) observer?.observe({ type, buffered: !!isFromStart });

  const eventSources = recordEventSources(context, exchanges);
  const undo = [recordFetch(exchanges), recordXhr(exchanges), recordBeacons(exchanges), () => eventSources.stop_()];

  /** Reports pending requests and those without a timing yet. A response that the page has not read has one. */
  const reportPending = (sink: Sink): void => {
    const timingOf = new Map<Exchange, ResourceTiming>();
    for (const timing of timings) {
      const exchange = bestMatch(timing, exchanges.pending_);
      if (exchange) timingOf.set(exchange, timing);
    }
    for (const exchange of [...finished, ...exchanges.pending_])
      exchanges.write_(sink, exchange, timingOf.get(exchange));
    const [navigation] = performance.getEntriesByType("navigation") as unknown as ResourceTiming[];
    if (isFromStart && !hasNavigation && navigation !== undefined) writeTiming(context, sink, navigation, "pending");
  };

  return {
    flush_: async () => {
      await Promise.all([exchanges.flush_(), eventSources.flush_()]);
      // The browser reports a timing shortly after the page has received the response.
      await pause(20);
      addTimings(observer?.takeRecords() ?? []);
    },
    reportPending_: reportPending,
    onPageHide_: () => {
      eventSources.onPageHide_();
      addTimings(observer?.takeRecords() ?? []);
      reportPending(journal);
      finished.clear();
      exchanges.pending_.clear();
      hasNavigation = true;
    },
    stop_: () => {
      undo.forEach((restore) => restore());
      observer?.disconnect();
    },
  };
}
