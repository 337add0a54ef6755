// The player, in a page that holds nothing else: speaks to it as the app does, and keeps what it tells.
import type { FrameLocator, Page } from "@playwright/test";
import { startedAt } from "../recorded-page.ts";

export interface Report {
  type: string;
  [field: string]: unknown;
}

/** What the app has read of an event before the player gets it. */
export interface Known {
  type: number;
  timestamp: number;
}

interface Harness {
  reports: Report[];
  /** How often a timer of this page has run, in the thread that the player shares with it. */
  turns: number;
  send(request: unknown): void;
  /** Keeps the texts of a recording as the bytes that the player wants. */
  bring(texts: string[], known: Known[]): void;
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

  /** Opens a recording and waits for what the player says of it: `opened` or `failed`. */
  async open(texts: string[], expected = "opened", known = texts.map(knownOf)): Promise<Report> {
    const from = await this.count();
    await this.bring(texts, known);
    await this.openBrought();
    return this.next(expected, from);
  }

  /** Brings the texts of a recording into the page; what that takes is none of the player's. */
  async bring(texts: string[], known = texts.map(knownOf)): Promise<void> {
    await this.page.evaluate(({ texts, known }) => harness.bring(texts, known), { texts, known });
  }

  async openBrought(): Promise<void> {
    await this.page.evaluate((origin) => harness.open(origin), startedAt);
  }

  /** Sends a request, and waits for a report of that type. */
  async ask(request: object, answer: string): Promise<Report> {
    const from = await this.count();
    await this.send(request);
    return this.next(answer, from);
  }

  async seek(to: number): Promise<Report> {
    return this.ask({ type: "seek", to }, "seeked");
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

  /** How often the thread was free for others since the last call. */
  async turns(): Promise<number> {
    return this.page.evaluate(() => {
      const { turns } = harness;
      harness.turns = 0;
      return turns;
    });
  }
}

declare const harness: Harness;

/** What an event says of itself; not a number where it is damaged. */
function knownOf(text: string): Known {
  try {
    const { type, timestamp } = (JSON.parse(text) ?? {}) as Partial<Known>;
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
  let brought: ArrayBuffer[] = [];
  const send = (request: unknown, transfer: Transferable[] = []): void =>
    frame.contentWindow?.postMessage(request, location.origin, transfer);
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== location.origin) return;
    reports.push(data as Report);
    waiting.forEach((check) => check());
  });
  const own: Harness = {
    reports,
    turns: 0,
    send,
    bring(texts, known) {
      const parts = texts.map((text) => new TextEncoder().encode(text));
      const ends = new Uint32Array(parts.length);
      let end = 0;
      parts.forEach((part, index) => (ends[index] = end += part.length));
      const text = new Uint8Array(end);
      parts.forEach((part, index) => text.set(part, (ends[index] ?? 0) - part.length));
      // Not a number comes as null.
      const times = Float64Array.from(known, ({ timestamp }) => timestamp ?? Number.NaN);
      brought = [text.buffer, ends.buffer, times.buffer, Uint8Array.from(known, ({ type }) => type).buffer];
    },
    open(origin) {
      const [text, ends, times, types] = brought;
      send({ type: "open", text, ends, times, types, origin }, brought);
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
  const turn = (): void => {
    own.turns += 1;
    setTimeout(turn);
  };
  turn();
  Object.assign(window, { harness: own });
  frame.src = player;
}
