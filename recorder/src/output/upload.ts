// Delivers batches to an endpoint: in order, one at a time, with retries and exponential backoff.
import type { Settings } from "../options.ts";
import type { Warn } from "../warnings.ts";
import type { Batch, Store } from "./store.ts";

/** Bytes: browsers limit the bodies of pending keepalive requests to 64 KiB. */
const maxKeepaliveBytes = 60_000;
const minRetryMs = 1000;
const maxRetryMs = 60_000;
/** A delivery without a response fails after this time; deliveries of all tabs of an origin wait for it. */
const postTimeoutMs = 60_000;
const maxRetryAfterMs = 3_600_000;
/** The endpoint accepts nothing more, and asks for nothing more. */
const goneStatus = 410;
/** Seconds between batches that an endpoint may ask for. */
const minIntervalSeconds = 1;
const maxIntervalSeconds = 60;
/** Characters below which compression saves nothing worth its time. */
const minCompressedSize = 1000;
/** Statuses that a retry cannot change: the batch is malformed for the endpoint, or too large. */
const permanentRejections = [400, 413, 415, 422];

export interface Endpoint {
  url: string;
  headers: Record<string, string>;
  /** The native function, so that deliveries are not recorded. */
  fetch: typeof fetch;
  warn: Warn;
  /** The endpoint asks for this interval between batches. */
  onInterval: (milliseconds: number) => void;
  /** The endpoint accepts nothing more, and what waited for it is dropped. */
  onGone: () => void;
}

export function endpointFrom(
  { endpoint_: url, endpointHeaders: headers }: Settings,
  handlers: Pick<Endpoint, "warn" | "onInterval" | "onGone">,
): Endpoint | undefined {
  return url === undefined ? undefined : { url, headers, fetch: window.fetch.bind(window), ...handlers };
}

/** A batch as JSON Lines: a header line, then a line per record with the path of its file. */
export function batchBody({ session, sequence, page, head, files, final, sentAt = Date.now() }: Batch): string {
  const lines = [JSON.stringify({ session, sequence, page, sentAt, final, manifest: head })];
  for (const [path, { text }] of Object.entries(files)) {
    const file = JSON.stringify(path);
    if (text === "") lines.push(`{"file":${file}}`);
    for (const record of text.split("\n")) if (record !== "") lines.push(`{"file":${file},"record":${record}}`);
  }
  return lines.join("\n") + "\n";
}

type Outcome = "delivered" | "failed" | "gone";

interface Deliveries {
  delivered: (batch: Batch) => Promise<void>;
  gone: () => Promise<void>;
}

export class Uploader {
  readonly #endpoint: Endpoint;
  readonly #store: Store;
  readonly #on: Deliveries;
  #running: Promise<void> | undefined;
  #hasNewBatches = false;
  #failures = 0;
  /** Whether the endpoint has said that it accepts compressed batches; false for good once one has failed. */
  #compresses: boolean | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: Endpoint, store: Store, on: Deliveries) {
    this.#endpoint = endpoint;
    this.#store = store;
    this.#on = on;
  }

  /** A batch is due: delivers it now, or with the scheduled retry after a failure. */
  notify(): void {
    if (this.#timer === undefined) void this.run();
  }

  /** Delivers all due batches; resolves when they are delivered or a delivery has failed. */
  run(): Promise<void> {
    this.stop();
    this.#hasNewBatches = true;
    this.#running ??= this.#withLock(() => this.#deliverDue()).finally(() => {
      this.#running = undefined;
      // Batches that became due since; after a failure they wait for the retry.
      return this.#hasNewBatches && this.#timer === undefined ? this.run() : undefined;
    });
    return this.#running;
  }

  /** Tabs of an origin share a store: only one at a time delivers to an endpoint. */
  async #withLock(work: () => Promise<void>): Promise<void> {
    try {
      await navigator.locks.request(`replayscope ${this.#endpoint.url}`, work);
    } catch {
      // Sandboxed and insecure pages have no locks, and no shared store either.
      await work();
    }
  }

  async #deliverDue(): Promise<void> {
    this.#hasNewBatches = false;
    const { url } = this.#endpoint;
    for (let batch = await this.#store.nextDue(url); batch !== undefined; batch = await this.#store.nextDue(url)) {
      const outcome = await this.#post(batch);
      if (outcome === "gone") return this.#on.gone();
      if (outcome === "failed") return;
      await this.#on.delivered(batch);
    }
  }

  async #post(batch: Batch): Promise<Outcome> {
    const text = batchBody(batch);
    const compressed = this.#compresses && text.length >= minCompressedSize ? await compress(text) : undefined;
    try {
      const response = await send(this.#endpoint, compressed ?? text, {
        signal: AbortSignal.timeout(postTimeoutMs),
        headers: compressed === undefined ? {} : { "Content-Encoding": "gzip" },
      });
      const { ok, status, headers } = response;
      // A server or a proxy that cannot read it after all.
      if (compressed && (status === 400 || status === 415)) return await this.#postPlain(batch);
      this.#readWishes(headers);
      if (status === goneStatus) return "gone";
      const isPermanent = permanentRejections.includes(status);
      const isTransient = status >= 500 || status === 408 || status === 425 || status === 429;
      if (!ok && !isTransient)
        this.#endpoint.warn({ kind: "batch-rejected", url: this.#endpoint.url, sequence: batch.sequence, status });
      if (ok || isPermanent) {
        this.#failures = 0;
        return "delivered";
      }
      this.#scheduleRetry(parseRetryAfter(headers.get("retry-after")));
    } catch {
      // An endpoint of another origin may not allow the header.
      if (compressed) this.#compresses = false;
      this.#scheduleRetry(0);
    }
    return "failed";
  }

  #postPlain(batch: Batch): Promise<Outcome> {
    this.#compresses = false;
    return this.#post(batch);
  }

  /** What an endpoint may ask for in the headers of a response. */
  #readWishes(headers: Headers): void {
    const encodings = headers.get("replayscope-accept") ?? "";
    if (/\bgzip\b/i.test(encodings) && typeof CompressionStream === "function") this.#compresses ??= true;
    const seconds = Number(headers.get("replayscope-interval"));
    if (seconds > 0)
      this.#endpoint.onInterval(1000 * Math.max(minIntervalSeconds, Math.min(maxIntervalSeconds, seconds)));
  }

  /** Exponential backoff with jitter, so that pages that failed together do not retry together. */
  #scheduleRetry(minMs: number): void {
    const backoff = Math.min(maxRetryMs, minRetryMs * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.run(), Math.max(backoff, minMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** A `Retry-After` header, in seconds or as a date, as milliseconds from now; at most an hour. */
function parseRetryAfter(value: string | null): number {
  if (!value) return 0;
  const seconds = Number(value);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Math.min(maxRetryAfterMs, milliseconds || 0);
}

function send({ url, headers, fetch }: Endpoint, body: string | Blob, init: RequestInit): Promise<Response> {
  const contentType = { "Content-Type": "application/x-ndjson" };
  return fetch(url, { method: "POST", body, ...init, headers: { ...contentType, ...headers, ...init.headers } });
}

/** Undefined where the browser fails to. */
async function compress(text: string): Promise<Blob | undefined> {
  try {
    return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
  } catch {
    return undefined;
  }
}

/** Sends a batch while the page unloads. The response is never seen, so the next page delivers the batch again. */
export function sendOnUnload(endpoint: Endpoint, batch: Batch): void {
  const body = batchBody(batch);
  if (body.length * 3 > maxKeepaliveBytes && new Blob([body]).size > maxKeepaliveBytes) return;
  send(endpoint, body, { keepalive: true }).catch(() => undefined);
}
