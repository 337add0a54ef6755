// Everything the page loaded, as the browser measured it; requests that scripts made are joined to theirs, one to one.
import type { Context, Part } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { recordBeacons } from "./beacon.ts";
import { recordEventSources } from "./event-source.ts";
import { newExchanges, type Exchange } from "./exchanges.ts";
import { recordFetch } from "./fetch.ts";
import { addResource, type Timing } from "./timing.ts";
import { pause } from "./pause.ts";
import { recordXhr } from "./xhr.ts";

/** How long a request that is over waits for its timing: the page may still be reading the answer. */
const longestWait = 30_000;
/** One that failed may have none. */
const failureWait = 1000;
const mostPast = 200;
/** A page's clock is coarse: a timing may seem to begin a little before its call. */
const coarse = 1;

/** What tells whose a timing is. */
type Beginning = Pick<Exchange, "initiatorType" | "url" | "start"> & { end?: number | undefined };

export function recordRequests(context: Context): Part {
  const { journal, redactor, settings, isFromStart } = context;
  /** Requests that are over and wait for their timing; those that waited in vain, whose timing may still come. */
  const waiting = new Set<Exchange>();
  let past: Beginning[] = [];
  /** Timings of requests that are not over: their bodies are still being read. */
  const timings = new Set<Timing>();
  let hasNavigation = false;

  const exchanges = newExchanges(context, (exchange) => {
    waiting.add(exchange);
    join();
    setTimeout(() => giveUp(exchange), exchange.outcome === undefined ? longestWait : failureWait);
  });

  const giveUp = (exchange: Exchange): void => {
    if (!waiting.delete(exchange)) return;
    exchanges.write(journal, exchange);
    const { initiatorType, url, start, end } = exchange;
    past = [...past.slice(-mostPast), { initiatorType, url, start, end }];
  };

  /** A line for what no script asked for. */
  const write = (to: Sink, timing: Timing, outcome?: "pending"): void => {
    const { entryType, initiatorType, startTime, responseEnd } = timing;
    const facts = {
      name: redactor.url(timing.name),
      initiatorType: entryType === "navigation" ? entryType : initiatorType,
      method: initiatorType === "beacon" ? "POST" : "GET",
      start: startTime,
      end: responseEnd || undefined,
      outcome,
    };
    addResource(context, to, facts, timing);
  };

  /** Joins what belongs together. A timing that belongs to no request of a script is a line of its own. */
  const join = (): void => {
    for (const timing of timings) {
      const exchange = bestOf(timing, waiting);
      if (!exchange && bestOf(timing, exchanges.underway)) continue;
      timings.delete(timing);
      if (exchange) {
        waiting.delete(exchange);
        exchanges.write(journal, exchange, timing);
      } else if (!bestOf(timing, past)) {
        write(journal, timing);
      }
    }
  };

  const take = (entries: PerformanceEntryList): void => {
    for (const timing of entries as Timing[]) {
      if (isWhole && timing.name === settings.endpoint) continue;
      if (timing.entryType === "navigation") {
        // Chromium tells of it twice: as it is when it is asked, and once the page has loaded.
        if (hasNavigation || !timing.responseEnd) continue;
        hasNavigation = true;
      }
      timings.add(timing);
    }
    join();
  };

  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  for (const type of ["navigation", "resource"]) observer.observe({ type, buffered: isFromStart });

  const sources = recordEventSources(context, exchanges);
  const undo = [recordFetch(exchanges), recordXhr(exchanges), recordBeacons(exchanges), () => sources.stop()];

  /** What is under way, and what has no timing yet. */
  const report = (to: Sink): void => {
    for (const exchange of [...waiting, ...exchanges.underway]) exchanges.write(to, exchange);
    const [navigation] = performance.getEntriesByType("navigation") as unknown as Timing[];
    if (isFromStart && !hasNavigation && navigation !== undefined) write(to, navigation, "pending");
  };

  return {
    settle: async () => {
      await Promise.all([exchanges.settle(), sources.settle()]);
      // The browser tells of an answer a moment after the page has it.
      await pause(20);
      take(observer.takeRecords());
    },
    ...(isWhole && {
      report,
      leave: () => {
        sources.leave();
        take(observer.takeRecords());
        report(journal);
        waiting.clear();
        exchanges.underway.clear();
        hasNavigation = true;
      },
    }),
    stop: () => {
      undo.forEach((back) => back());
      observer.disconnect();
    },
  };
}

function isOf(timing: Timing, { initiatorType, url, start }: Beginning): boolean {
  if (withoutFragment(timing.name) !== withoutFragment(url)) return false;
  // Browsers do not agree on what an event source is called.
  const isType = timing.initiatorType === initiatorType || initiatorType === "eventsource";
  return isType && timing.startTime >= start - coarse;
}

const withoutFragment = (url: string): string | undefined => url.split("#", 1)[0];

/** Of requests to the same address, the one whose beginning and end are nearest. */
function bestOf<Begun extends Beginning>(timing: Timing, exchanges: Iterable<Begun>): Begun | undefined {
  let best: Begun | undefined;
  let least = Infinity;
  for (const exchange of exchanges) {
    if (!isOf(timing, exchange)) continue;
    const end = exchange.end ?? timing.responseEnd;
    const distance = timing.startTime - exchange.start + Math.abs(timing.responseEnd - end);
    if (distance < least) [best, least] = [exchange, distance];
  }
  return best;
}
