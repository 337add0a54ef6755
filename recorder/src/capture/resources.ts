// Everything the page loaded, as the browser measured it; requests that scripts made are joined to theirs, one to one.
import type { Context, Part } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { recordBeacons } from "./beacon.ts";
import { recordEventSources } from "./event-source.ts";
import { Exchanges, type Exchange } from "./exchanges.ts";
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

export function recordRequests(context: Context): Part {
  const recorder = new ResourceRecorder(context);
  const { exchanges } = recorder;
  const sources = recordEventSources(context, exchanges);
  const undo = [recordFetch(exchanges), recordXhr(exchanges), recordBeacons(exchanges), () => sources.stop()];
  return {
    settle: async () => {
      await Promise.all([exchanges.settle(), sources.settle()]);
      await recorder.settle();
    },
    report: (journal) => recorder.report(journal),
    leave: () => {
      sources.leave();
      recorder.leave();
    },
    stop: () => {
      for (const back of undo) back();
      recorder.stop();
    },
  };
}

class ResourceRecorder {
  readonly #context: Context;
  readonly exchanges: Exchanges;
  /** Requests that are over and wait for their timing; those that waited in vain, whose timing may still come. */
  readonly #waiting = new Set<Exchange>();
  #past: Exchange[] = [];
  /** Timings of requests that are not over: their bodies are still being read. */
  readonly #timings = new Set<Timing>();
  readonly #observer: PerformanceObserver;
  #hasNavigation = false;

  constructor(context: Context) {
    this.#context = context;
    this.exchanges = new Exchanges(context, (exchange) => {
      this.#waiting.add(exchange);
      this.#join();
      setTimeout(() => this.#giveUp(exchange), exchange.outcome === undefined ? longestWait : failureWait);
    });
    this.#observer = new PerformanceObserver((list) => this.#take(list.getEntries()));
    for (const type of ["navigation", "resource"]) this.#observer.observe({ type, buffered: context.isFromStart });
  }

  #take(entries: PerformanceEntryList): void {
    for (const timing of entries as Timing[]) {
      if (timing.name === this.#context.settings.endpoint) continue;
      if (timing.entryType === "navigation") {
        // Chromium tells of it twice: as it is when it is asked, and once the page has loaded.
        if (this.#hasNavigation || !timing.responseEnd) continue;
        this.#hasNavigation = true;
      }
      this.#timings.add(timing);
    }
    this.#join();
  }

  /** Joins what belongs together. A timing that belongs to no request of a script is a line of its own. */
  #join(): void {
    const { journal } = this.#context;
    for (const timing of this.#timings) {
      const exchange = bestOf(timing, this.#waiting);
      if (!exchange && bestOf(timing, this.exchanges.underway)) continue;
      this.#timings.delete(timing);
      if (exchange) {
        this.#waiting.delete(exchange);
        this.exchanges.write(journal, exchange, timing);
      } else if (!bestOf(timing, this.#past)) {
        this.#write(journal, timing);
      }
    }
  }

  #giveUp(exchange: Exchange): void {
    if (!this.#waiting.delete(exchange)) return;
    this.exchanges.write(this.#context.journal, exchange);
    this.#past = [...this.#past.slice(-mostPast), exchange];
  }

  #write(journal: Sink, timing: Timing, outcome?: "pending"): void {
    const { entryType, initiatorType, startTime, responseEnd } = timing;
    const facts = {
      name: this.#context.redactor.url(timing.name),
      initiatorType: entryType === "navigation" ? entryType : initiatorType,
      method: initiatorType === "beacon" ? "POST" : "GET",
      start: startTime,
      end: responseEnd || undefined,
      outcome,
    };
    addResource(this.#context, journal, facts, timing);
  }

  /** The browser tells of an answer a moment after the page has it. */
  async settle(): Promise<void> {
    await pause(20);
    this.#take(this.#observer.takeRecords());
  }

  /** What is under way, and what has no timing yet. */
  report(journal: Sink): void {
    if (!isWhole) return;
    for (const exchange of [...this.#waiting, ...this.exchanges.underway]) this.exchanges.write(journal, exchange);
    const [navigation] = performance.getEntriesByType("navigation") as unknown as Timing[];
    if (this.#context.isFromStart && !this.#hasNavigation && navigation !== undefined) this.#write(journal, navigation, "pending");
  }

  leave(): void {
    if (!isWhole) return;
    this.#take(this.#observer.takeRecords());
    this.report(this.#context.journal);
    this.#waiting.clear();
    this.exchanges.underway.clear();
    this.#hasNavigation = true;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}

function isOf(timing: Timing, { initiatorType, url, start }: Exchange): boolean {
  if (withoutFragment(timing.name) !== withoutFragment(url)) return false;
  // Browsers do not agree on what an event source is called.
  const isType = timing.initiatorType === initiatorType || initiatorType === "eventsource";
  return isType && timing.startTime >= start - coarse;
}

const withoutFragment = (url: string): string => url.split("#", 1)[0] ?? "";

/** Of requests to the same address, the one whose beginning and end are nearest. */
function bestOf(timing: Timing, exchanges: Iterable<Exchange>): Exchange | undefined {
  let best: Exchange | undefined;
  let least = Infinity;
  for (const exchange of exchanges) {
    if (!isOf(timing, exchange)) continue;
    const end = exchange.end ?? timing.responseEnd;
    const distance = timing.startTime - exchange.start + Math.abs(timing.responseEnd - end);
    if (distance < least) [best, least] = [exchange, distance];
  }
  return best;
}
