// The player alone in a page: sends it requests as the app does, and collects its reports.
import type { FrameLocator, Page } from "@playwright/test";
import { startedAt } from "../recorded-page.ts";

export interface Report {
  type: string;
  [field: string]: unknown;
}

/** What the app has parsed of an event before it sends it to the player. */
export interface EventHeader {
  type: number;
  timestamp: number;
}

interface Harness {
  reports: Report[];
  /** How often a timer of this page has run, in the thread that it shares with the player. */
  idleTurns: number;
  send(request: unknown): void;
  /** Encodes the texts of a recording as the bytes that the player expects. */
  load(texts: string[], known: EventHeader[]): void;
  open(origin: number): void;
  /** The first report of that type, at or after that index. */
  next(type: string, from: number): Promise<Report>;
}

const address = "/player-harness.html";

export class PlayerPage {
  readonly page: Page;
  /** The recorded page. */
  readonly recorded: FrameLocator;

  constructor(page: Page) {
    this.page = page;
    this.recorded = page.frameLocator("#player").frameLocator("iframe");
  }

  async visit(player = "replay.html"): Promise<void> {
    const body = `<!doctype html><title>Player</title><iframe id="player" style="width: 800px; height: 600px; border: 0"></iframe>`;
    await this.page.route("**" + address, (route) => route.fulfill({ contentType: "text/html", body }));
    await this.page.goto(address);
    await this.page.evaluate(prepare, player);
    await this.next("ready");
  }

  /** Opens a recording and waits for the player's report: `opened` or `failed`. */
  async open(texts: string[], expected = "opened", known = texts.map(knownOf)): Promise<Report> {
    const from = await this.count();
    await this.load(texts, known);
    await this.openLoaded();
    return this.next(expected, from);
  }

  /** Transfers the texts of a recording to the page, so that a measurement of the player excludes it. */
  async load(texts: string[], known = texts.map(knownOf)): Promise<void> {
    await this.page.evaluate(({ texts, known }) => harness.load(texts, known), { texts, known });
  }

  async openLoaded(): Promise<void> {
    await this.page.evaluate((origin) => harness.open(origin), startedAt);
  }

  /** Sends a request, and waits for a report of that type. */
  async request(request: object, reportType: string): Promise<Report> {
    const from = await this.count();
    await this.send(request);
    return this.next(reportType, from);
  }

  async seek(to: number): Promise<Report> {
    return this.request({ type: "seek", to }, "seeked");
  }

  async send(...requests: object[]): Promise<void> {
    await this.page.evaluate((requests) => requests.forEach((request) => harness.send(request)), requests);
  }

  async reports(type?: string): Promise<Report[]> {
    const reports = await this.page.evaluate(() => harness.reports);
    return type === undefined ? reports : reports.filter((report) => report.type === type);
  }

  async next(type: string, from = 0): Promise<Report> {
    return this.page.evaluate(({ type, from }) => harness.next(type, from), { type, from });
  }

  async count(): Promise<number> {
    return this.page.evaluate(() => harness.reports.length);
  }

  /** How often the thread was free for other tasks since the last call. */
  async countIdleTurns(): Promise<number> {
    return this.page.evaluate(() => {
      const { idleTurns: turns } = harness;
      harness.idleTurns = 0;
      return turns;
    });
  }
}

declare const harness: Harness;

/** Parses an event's type and time; NaN where it is damaged. */
function knownOf(text: string): EventHeader {
  try {
    const { type, timestamp } = (JSON.parse(text) ?? {}) as Partial<EventHeader>;
    return {
      type: typeof type === "number" ? type : 255,
      timestamp: typeof timestamp === "number" ? timestamp : Number.NaN,
    };
  } catch {
    return { type: 255, timestamp: Number.NaN };
  }
}

/** Runs in the page. */
function prepare(player: string): void {
  const frame = document.querySelector<HTMLIFrameElement>("#player");
  if (frame === null) throw new Error("no frame");
  const reports: Report[] = [];
  const waiting = new Set<() => void>();
  let loaded: ArrayBuffer[] = [];
  const send = (request: unknown, transfer: Transferable[] = []): void =>
    frame.contentWindow?.postMessage(request, location.origin, transfer);
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== location.origin) return;
    reports.push(data as Report);
    waiting.forEach((check) => check());
  });
  const pageHarness: Harness = {
    reports,
    idleTurns: 0,
    send,
    load(texts, known) {
      const parts = texts.map((text) => new TextEncoder().encode(text));
      const ends = new Uint32Array(parts.length);
      let end = 0;
      parts.forEach((part, index) => (ends[index] = end += part.length));
      const text = new Uint8Array(end);
      parts.forEach((part, index) => text.set(part, (ends[index] ?? 0) - part.length));
      // NaN is serialized as null.
      const times = Float64Array.from(known, ({ timestamp }) => timestamp ?? Number.NaN);
      loaded = [text.buffer, ends.buffer, times.buffer, Uint8Array.from(known, ({ type }) => type).buffer];
    },
    open(origin) {
      const [text, ends, times, types] = loaded;
      send({ type: "open", text, ends, times, types, origin }, loaded);
    },
    next: (type, from) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = reports.slice(from).find((report) => report.type === type);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
  const countTurn = (): void => {
    pageHarness.idleTurns += 1;
    setTimeout(countTurn);
  };
  countTurn();
  Object.assign(window, { harness: pageHarness });
  frame.src = player;
}
