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
/** Statuses that a retry cannot change: the batch is malformed for the endpoint, or too large. */
const permanentRejections = [400, 413, 415, 422];

export interface Endpoint {
  url: string;
  headers: Record<string, string>;
  /** The native function, so that deliveries are not recorded. */
  fetch: typeof fetch;
  warn: Warn;
}

export function endpointFrom({ endpoint_: url, endpointHeaders: headers }: Settings, warn: Warn): Endpoint | undefined {
  return url === undefined ? undefined : { url, headers, fetch: window.fetch.bind(window), warn };
}

/** A batch as JSON Lines: a header line, then a line per record with the path of its file. */
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
  readonly #onDelivered: (batch: Batch) => Promise<void>;
  #running: Promise<void> | undefined;
  #hasNewBatches = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: Endpoint, store: Store, onDelivered: (batch: Batch) => Promise<void>) {
    this.#endpoint = endpoint;
    this.#store = store;
    this.#onDelivered = onDelivered;
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
      if (!(await this.#post(batch))) return;
      await this.#onDelivered(batch);
    }
  }

  async #post(batch: Batch): Promise<boolean> {
    try {
      const { ok, status, headers } = await send(this.#endpoint, batchBody(batch), {
        signal: AbortSignal.timeout(postTimeoutMs),
      });
      const isPermanent = permanentRejections.includes(status);
      const isTransient = status >= 500 || status === 408 || status === 425 || status === 429;
      if (!ok && !isTransient)
        this.#endpoint.warn({ kind: "batch-rejected", url: this.#endpoint.url, sequence: batch.sequence, status });
      if (ok || isPermanent) {
        this.#failures = 0;
        return true;
      }
      this.#scheduleRetry(parseRetryAfter(headers.get("retry-after")));
    } catch {
      this.#scheduleRetry(0);
    }
    return false;
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

function send({ url, headers, fetch }: Endpoint, body: string, init: RequestInit): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "Content-Type": "application/x-ndjson", ...headers }, body, ...init });
}

/** Sends a batch while the page unloads. The response is never seen, so the next page delivers the batch again. */
export function sendOnUnload(endpoint: Endpoint, batch: Batch): void {
  const body = batchBody(batch);
  if (body.length * 3 > maxKeepaliveBytes && new Blob([body]).size > maxKeepaliveBytes) return;
  send(endpoint, body, { keepalive: true }).catch(() => undefined);
}
