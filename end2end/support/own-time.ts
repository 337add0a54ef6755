// How long the app itself takes, on a machine that other programs keep busy as well: times of the
// page, multiplied by the share of a processor that its main thread got while it had something to
// do.
import { setTimeout as wait } from "node:timers/promises";
import type { CDPSession, Page } from "@playwright/test";

/** Milliseconds between two samples. */
const INTERVAL_MS = 20;

/** Counters of the page's main thread, in seconds. */
interface Sample {
  at: number;
  navigationStart: number;
  cpu: number;
  /** Elapsed time of its tasks; more than `cpu` where other programs had the processor meanwhile. */
  tasks: number;
}

/** Seconds. */
export interface OwnTime {
  wall: number;
  /** Without what other programs took. */
  own: number;
}

declare global {
  interface Window {
    usability?: { detailsPaintedAt?: number; longestTask: number };
  }
}

/** Measures a page from the start of its navigation. */
export class UsabilityTimer {
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #samples: Sample[] = [];
  readonly #sampling: Promise<void>;
  #isRunning = true;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
    this.#sampling = this.#takeSamples();
  }

  /** To be called before the page is opened. */
  static async start(page: Page): Promise<UsabilityTimer> {
    await page.addInitScript(noteUsability);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "timeTicks" });
    return new UsabilityTimer(page, session);
  }

  /** From the start of the navigation until the details of a row were painted. */
  async untilDetails(): Promise<OwnTime> {
    const painted = await this.#page.waitForFunction(() => window.usability?.detailsPaintedAt);
    const wall = ((await painted.jsonValue()) ?? Number.NaN) / 1_000;
    return { wall, own: wall * this.#shareUntil(wall) };
  }

  /** The longest time until now in which the page did not respond. Ends the measurement. */
  async longestTask(): Promise<OwnTime> {
    const longest = await this.#page.evaluate(() => window.usability?.longestTask);
    this.#isRunning = false;
    await this.#sampling;
    const wall = (longest ?? Number.NaN) / 1_000;
    return { wall, own: wall * this.#shareUntil(Infinity) };
  }

  async #takeSamples(): Promise<void> {
    while (this.#isRunning) {
      const answer = await this.#session.send("Performance.getMetrics").catch(() => undefined);
      // The page was closed: the test has ended.
      if (answer === undefined) return;
      const { metrics } = answer;
      const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
      this.#samples.push({
        at: valueOf("Timestamp"),
        navigationStart: valueOf("NavigationStart"),
        cpu: valueOf("ThreadTime"),
        tasks: valueOf("TaskDuration"),
      });
      await wait(INTERVAL_MS);
    }
  }

  /** The part of its tasks' time that the thread was running, until so many seconds after the navigation. */
  #shareUntil(seconds: number): number {
    const newest = this.#samples.at(-1)?.navigationStart;
    const last = this.#samples.findLast(
      ({ at, navigationStart }) => navigationStart === newest && at - navigationStart <= seconds,
    );
    // Without a sample nothing is known of other programs.
    return last === undefined ? 1 : Math.min(1, last.cpu / last.tasks);
  }
}

/** Runs in the page: what a test notices later than it happens. */
function noteUsability(): void {
  if (window.parent !== window) return;
  const usability: NonNullable<Window["usability"]> = { longestTask: 0 };
  window.usability = usability;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) usability.longestTask = Math.max(usability.longestTask, duration);
  }).observe({ type: "longtask", buffered: true });
  const observer = new MutationObserver(() => {
    if (document.querySelector('[role="region"][aria-label="Request details"]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => (usability.detailsPaintedAt = performance.now())));
  });
  observer.observe(document, { childList: true, subtree: true });
}
