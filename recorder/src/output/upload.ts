// Delivers batches: in order, one at a time, again and again until the endpoint has them.
import type { Settings } from "../options.ts";
import type { Batch, Store } from "./store.ts";

/** What a page that is being left may still have under way, as browsers limit it. */
const keepaliveLimit = 60_000;
const firstWait = 1000;
const longestWait = 60_000;
/** An endpoint that says nothing for so long has failed; all tabs of a site wait for it. */
const longestPost = 60_000;
const longestRetry = 3_600_000;
/** What is refused so will be refused again: it is not a batch to that endpoint, or too large for it. */
const refusals = [400, 413, 415, 422];

export interface Endpoint {
  url: string;
  headers: Record<string, string>;
  /** The browser's own, so that deliveries are not recorded. */
  fetch: typeof fetch;
  warn(text: string): void;
}

export function endpointOf(
  { endpoint: url, endpointHeaders: headers }: Settings,
  warn: (text: string) => void,
): Endpoint | undefined {
  return url === undefined ? undefined : { url, headers, fetch: window.fetch.bind(window), warn };
}

/** JSON Lines: first what the batch is, then each record with its file. */
export function batchBody({ session, sequence, page, head, files }: Batch): string {
  const lines = [JSON.stringify({ session, sequence, page, manifest: head })];
  for (const [path, { text }] of Object.entries(files)) {
    const file = JSON.stringify(path);
    if (text === "") lines.push(`{"file":${file}}`);
    for (const record of text.split("\n")) if (record !== "") lines.push(`{"file":${file},"record":${record}}`);
  }
  return lines.join("\n") + "\n";
}

export class Uploader {
  readonly #endpoint: Endpoint;
  readonly #store: Store;
  readonly #delivered: (batch: Batch) => Promise<void>;
  #running: Promise<void> | undefined;
  #isAsked = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: Endpoint, store: Store, delivered: (batch: Batch) => Promise<void>) {
    this.#endpoint = endpoint;
    this.#store = store;
    this.#delivered = delivered;
  }

  /** Something is due; after a failure it waits its time. */
  notice(): void {
    if (this.#timer === undefined) void this.run();
  }

  /** Delivers what is due; resolves when all is delivered, or when the endpoint did not take it. */
  run(): Promise<void> {
    this.stop();
    this.#isAsked = true;
    this.#running ??= this.#alone(() => this.#deliver()).finally(() => {
      this.#running = undefined;
      // What became due at the last moment; after a failure it waits with the rest.
      return this.#isAsked && this.#timer === undefined ? this.run() : undefined;
    });
    return this.#running;
  }

  /** Of all tabs of a site, which share a store, one delivers at a time to an endpoint. */
  async #alone(work: () => Promise<void>): Promise<void> {
    try {
      await navigator.locks.request(`replayscope ${this.#endpoint.url}`, work);
    } catch {
      // A page without an origin of its own, sandboxed or not secure, has no locks, nor a store that it shares.
      await work();
    }
  }

  async #deliver(): Promise<void> {
    this.#isAsked = false;
    const { url } = this.#endpoint;
    for (let batch = await this.#store.nextDue(url); batch !== undefined; batch = await this.#store.nextDue(url)) {
      if (!(await this.#post(batch))) return;
      await this.#delivered(batch);
    }
  }

  async #post(batch: Batch): Promise<boolean> {
    try {
      const { ok, status, headers } = await send(this.#endpoint, batchBody(batch), {
        signal: AbortSignal.timeout(longestPost),
      });
      const isRefused = refusals.includes(status);
      const mayPass = status >= 500 || status === 408 || status === 425 || status === 429;
      if (!ok && !mayPass)
        this.#endpoint.warn(`${this.#endpoint.url} refused batch ${batch.sequence} with status ${status}.`);
      if (ok || isRefused) {
        this.#failures = 0;
        return true;
      }
      this.#wait(retryAfter(headers.get("retry-after")));
    } catch {
      this.#wait(0);
    }
    return false;
  }

  /** Twice as long after each failure, and never the same for all pages that failed together. */
  #wait(least: number): void {
    const wait = Math.min(longestWait, firstWait * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.run(), Math.max(wait, least));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Milliseconds that an endpoint asks for, as seconds or as a date; an hour is enough for any. */
function retryAfter(asked: string | null): number {
  if (!asked) return 0;
  const seconds = Number(asked);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(asked) - Date.now() : seconds * 1000;
  return Math.min(longestRetry, milliseconds || 0);
}

function send({ url, headers, fetch }: Endpoint, body: string, how: RequestInit): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "Content-Type": "application/x-ndjson", ...headers }, body, ...how });
}

/** Sends while the page is being left. Whether it came is never known: the next page sends it once more. */
export function sendLast(endpoint: Endpoint, batch: Batch): void {
  const body = batchBody(batch);
  if (body.length * 3 > keepaliveLimit && new Blob([body]).size > keepaliveLimit) return;
  send(endpoint, body, { keepalive: true }).catch(() => undefined);
}
