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
import { addResource, type ResourceTiming } from "./timing.ts";
import { recordNetworkFetch } from "./network-fetch.ts";
import { pause } from "./pause.ts";
import { recordXhr } from "./xhr.ts";

/** How long a finished request waits for its timing: the page may still be reading the response. */
const timingWaitMs = 30_000;
/** A failed request may have no timing. */
const failedTimingWaitMs = 1000;
const maxWrittenWithoutTiming = 200;
/** The page's clock is coarse: a timing may appear to start a little before its call. */
const clockToleranceMs = 1;

/** The properties of a request by which its timing is recognized. */
type RequestKey = Pick<Exchange, "initiatorType" | "url" | "start_"> & { end_?: number | undefined };

export function recordRequests(context: Context): Capture {
  const { journal_: journal, redactor_: redactor, settings_: settings, isFromStart_: isFromStart } = context;
  /** Finished requests that wait for their timing. */
  const finished = new Set<Exchange>();
  /** Requests written without a timing, which may still arrive. */
  let writtenWithoutTiming: RequestKey[] = [];
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
  };

  const writeWithoutTiming = (exchange: Exchange): void => {
    if (!finished.delete(exchange)) return;
    write(exchange);
    const { initiatorType, url, start_, end_ } = exchange;
    writtenWithoutTiming = [
      ...writtenWithoutTiming.slice(-maxWrittenWithoutTiming),
      { initiatorType, url, start_, end_ },
    ];
  };

  /** Writes a request that no script made. */
  const writeTiming = (sink: Sink, timing: ResourceTiming, outcome?: "pending"): void => {
    const { entryType, initiatorType, startTime, responseEnd } = timing;
    const resource = {
      name: redactor.url_(timing.name),
      initiatorType: entryType === "navigation" ? entryType : initiatorType,
      method: initiatorType === "beacon" ? "POST" : "GET",
      start_: startTime,
      end_: responseEnd || undefined,
      outcome,
    };
    addResource(context, sink, resource, timing);
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
        writeTiming(journal, timing);
      }
    }
  };

  const addTimings = (entries: PerformanceEntryList): void => {
    for (const timing of entries as ResourceTiming[]) {
      if (isFullRecorder && timing.name === settings.endpoint_) continue;
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
  const createObserver = (): PerformanceObserver => new PerformanceObserver((list) => addTimings(list.getEntries()));
  const observer = isFullRecorder ? ignoreErrors(createObserver) : createObserver();
  for (const type of ["navigation", "resource"]) observer?.observe({ type, buffered: isFromStart });

  const eventSources = recordEventSources(context, exchanges);
  const undo = [
    (isFullRecorder ? recordFetch : recordNetworkFetch)(exchanges),
    recordXhr(exchanges),
    recordBeacons(exchanges),
    () => eventSources.stop_(),
  ];

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
    if (isFromStart && !hasNavigation && navigation !== undefined) writeTiming(sink, navigation, "pending");
  };

  return {
    flush_: async () => {
      await Promise.all([exchanges.flush_(), eventSources.flush_()]);
      // The browser reports a timing shortly after the page has received the response.
      await pause(20);
      addTimings(observer?.takeRecords() ?? []);
    },
    ...(isFullRecorder && {
      reportPending_: reportPending,
      onPageHide_: () => {
        eventSources.onPageHide_();
        addTimings(observer?.takeRecords() ?? []);
        reportPending(journal);
        finished.clear();
        exchanges.pending_.clear();
        hasNavigation = true;
      },
    }),
    stop_: () => {
      undo.forEach((restore) => restore());
      observer?.disconnect();
    },
  };
}

const withoutFragment = (url: string): string | undefined => (url.includes("#") ? url.split("#", 1)[0] : url);

/** Of requests to the same URL, the one with the nearest start and end. */
function bestMatch<Request extends RequestKey>(
  timing: ResourceTiming,
  requests: Iterable<Request>,
): Request | undefined {
  // Read once: a page may have thousands of requests in progress.
  const { initiatorType: type, startTime, responseEnd } = timing;
  const name = withoutFragment(timing.name);
  let best: Request | undefined;
  let minDistance = Infinity;
  for (const request of requests) {
    const { initiatorType, url, start_, end_ = responseEnd } = request;
    if (startTime < start_ - clockToleranceMs) continue;
    const distance = startTime - start_ + Math.abs(responseEnd - end_);
    // Browsers differ in the initiator type of an event source.
    const isSameType = type === initiatorType || initiatorType === "eventsource";
    if (distance < minDistance && isSameType && withoutFragment(url) === name)
      [best, minDistance] = [request, distance];
  }
  return best;
}
