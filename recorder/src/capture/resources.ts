// Everything the page loaded, as the browser measured it; requests that scripts made are joined to theirs, one to one.
import { epoch, pageNow } from "../clock.ts";
import type { Context, Part } from "../context.ts";
import type { Journal } from "../session/journal.ts";
import { resourcesFile } from "../session/manifest.ts";
import { recordBeacons } from "./beacon.ts";
import { recordEventSources } from "./event-source.ts";
import { Exchanges, type Exchange } from "./exchanges.ts";
import { recordFetch } from "./fetch.ts";
import { timingFields, type Timing } from "./timing.ts";
import { recordXhr } from "./xhr.ts";

/** How long a request and its timing wait for each other once one of them is there. */
const joinMilliseconds = 1000;
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
  /** Requests that are over and have no timing yet. */
  readonly #ended = new Set<Exchange>();
  readonly #timings = new Set<Timing>();
  readonly #observer: PerformanceObserver;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasNavigation = false;

  constructor(context: Context) {
    this.#context = context;
    this.exchanges = new Exchanges(context, (exchange) => {
      this.#ended.add(exchange);
      this.#joinSoon();
    });
    this.#observer = new PerformanceObserver((list) => this.#take(list.getEntries()));
    for (const type of ["navigation", "resource"]) this.#observer.observe({ type, buffered: context.isFromStart });
  }

  #take(entries: PerformanceEntryList): void {
    for (const timing of entries as Timing[]) {
      if (timing.name === this.#context.settings.endpoint) continue;
      if (timing.entryType === "navigation") {
        // Chromium tells of it twice: as it is when it is asked, and once the page has loaded.
        if (this.#hasNavigation || timing.responseEnd === 0) continue;
        this.#hasNavigation = true;
      }
      if (this.#mayBeOf(timing)) this.#timings.add(timing);
      else this.#write(this.#context.journal, timing);
    }
    if (this.#timings.size > 0) this.#joinSoon();
  }

  #mayBeOf(timing: Timing): boolean {
    return [...this.exchanges.underway, ...this.#ended].some((exchange) => isOf(timing, exchange));
  }

  #joinSoon(): void {
    this.#timer ??= setTimeout(() => this.#join(pageNow() - joinMilliseconds), 100);
  }

  /** Joins what belongs together; what is over since before `deadline` waits no longer. */
  #join(deadline: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { journal } = this.#context;
    for (const timing of [...this.#timings].sort((one, other) => one.startTime - other.startTime)) {
      const exchange = bestOf(timing, this.#ended);
      if (exchange !== undefined) {
        this.#ended.delete(exchange);
        this.exchanges.write(journal, exchange, timing);
      } else if (timing.responseEnd < deadline && !this.#mayBeOf(timing)) {
        this.#write(journal, timing);
      } else continue;
      this.#timings.delete(timing);
    }
    for (const exchange of this.#ended) {
      if ((exchange.end ?? 0) > deadline) continue;
      this.#ended.delete(exchange);
      this.exchanges.write(journal, exchange, undefined);
    }
    if (this.#ended.size > 0) this.#joinSoon();
  }

  #write(journal: Journal, timing: Timing, outcome?: "pending"): void {
    const { redactor, pageId } = this.#context;
    const { entryType, initiatorType, startTime, responseEnd, responseStatus = 0 } = timing;
    const record = {
      name: redactor.url(timing.name),
      initiatorType: entryType === "navigation" ? entryType : initiatorType,
      method: initiatorType === "beacon" ? "POST" : "GET",
      pageId,
      startTimeAbs: epoch(startTime),
      responseEndAbs: outcome === undefined ? epoch(responseEnd) : undefined,
      ...timingFields(timing),
      mimeType: timing.contentType || undefined,
      outcome,
    };
    journal.add(resourcesFile, record, { requests: 1, errors: responseStatus >= 400 ? 1 : 0 });
  }

  /** The browser tells of an answer a moment after the page has it. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#take(this.#observer.takeRecords());
    this.#join(Infinity);
  }

  report(journal: Journal): void {
    for (const exchange of this.exchanges.underway) this.exchanges.write(journal, exchange, undefined);
    const [navigation] = performance.getEntriesByType("navigation") as unknown as Timing[];
    if (this.#context.isFromStart && !this.#hasNavigation && navigation !== undefined) this.#write(journal, navigation, "pending");
  }

  leave(): void {
    this.#take(this.#observer.takeRecords());
    this.#join(Infinity);
    this.report(this.#context.journal);
    this.exchanges.underway.clear();
    this.#hasNavigation = true;
  }

  stop(): void {
    this.#take(this.#observer.takeRecords());
    this.#join(Infinity);
    this.#observer.disconnect();
    clearTimeout(this.#timer);
  }
}

function isOf(timing: Timing, { initiatorType, url, start }: Exchange): boolean {
  if (timing.name !== withoutFragment(url) && timing.name !== url) return false;
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
