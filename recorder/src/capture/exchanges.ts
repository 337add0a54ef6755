// Requests that a script made, from the call to a line among the resources.
import { epoch, pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { isBlocked, type RequestResponsePair } from "../options.ts";
import type { Sink } from "../session/journal.ts";
import { resourcesFile } from "../session/manifest.ts";
import { written, type Payload } from "./payload.ts";
import { timingFields, type Timing } from "./timing.ts";

export type BodyRead = Payload | Promise<Payload> | undefined;
export type Outcome = "failed" | "canceled" | "pending";

/** One request, as far as it is known. Times are the page's own. */
export interface Exchange {
  readonly id: string;
  readonly initiatorType: "fetch" | "xmlhttprequest" | "beacon" | "eventsource";
  readonly url: string;
  readonly method: string;
  readonly start: number;
  readonly isBlocked: boolean;
  end?: number;
  status?: number;
  outcome?: Outcome;
  error?: string;
  mimeType?: string;
  requestHeaders: [string, string][];
  requestBody?: Payload;
  responseHeaders: [string, string][];
  responseBody?: Payload;
  socketId?: string;
}

export class Exchanges {
  readonly #context: Context;
  /** Called when a request is over, with all that could be known of it but the browser's timing. */
  readonly ended: (exchange: Exchange) => void;
  readonly underway = new Set<Exchange>();
  #count = 0;
  #reading = new Set<Promise<void>>();

  constructor(context: Context, ended: (exchange: Exchange) => void) {
    this.#context = context;
    this.ended = ended;
  }

  get contents(): boolean {
    return this.#context.settings.contents;
  }

  get bodyLimit(): number {
    return this.#context.settings.bodyLimit;
  }

  begin(initiatorType: Exchange["initiatorType"], url: string, method: string, start = pageNow()): Exchange {
    const { settings, pageId } = this.#context;
    this.#count += 1;
    const exchange: Exchange = {
      id: `${pageId}-request-${this.#count}`,
      initiatorType,
      url,
      method,
      start,
      isBlocked: isBlocked(settings, url),
      requestHeaders: [],
      responseHeaders: [],
    };
    if (url !== settings.endpoint) this.underway.add(exchange);
    return exchange;
  }

  /** Whether headers and bodies of it are wanted. */
  wantsContents(exchange: Exchange): boolean {
    return this.contents && !exchange.isBlocked;
  }

  /** Keeps a body once it is read; a recording waits for those that are being read. */
  keep(exchange: Exchange, part: "requestBody" | "responseBody", body: BodyRead, then?: () => void): void {
    const keep = (read: Payload | undefined): void => {
      if (read !== undefined) exchange[part] = read;
      then?.();
    };
    if (!(body instanceof Promise)) return keep(body);
    const reading = body.then(keep, (error: unknown) => {
      // A request's body may be anything; an answer that breaks off has failed.
      if (part === "responseBody") this.fail(exchange, error);
      then?.();
    });
    this.#reading.add(reading);
    void reading.then(() => this.#reading.delete(reading));
  }

  /** The head of an answer is there. */
  answered(exchange: Exchange, status: number, headers: Headers): void {
    exchange.status = status;
    exchange.mimeType = headers.get("content-type")?.split(";")[0] ?? "";
    if (this.wantsContents(exchange)) exchange.responseHeaders = [...headers];
  }

  fail(exchange: Exchange, error: unknown, outcome?: Outcome): void {
    exchange.outcome = outcome ?? ((error as Error | undefined)?.name === "AbortError" ? "canceled" : "failed");
    exchange.error = String(error);
  }

  end(exchange: Exchange): void {
    exchange.end ??= pageNow();
    if (this.underway.delete(exchange)) this.ended(exchange);
  }

  async settle(): Promise<void> {
    await Promise.all(this.#reading);
  }

  write(journal: Sink, exchange: Exchange, timing?: Timing): void {
    const pair = this.#pair(exchange);
    if (pair === undefined) return;
    const { initiatorType, start, end, status, outcome, error, socketId } = exchange;
    const known = timing === undefined ? {} : timingFields(timing);
    const isOver = end !== undefined || timing !== undefined;
    const responseEnd = outcome === undefined && timing !== undefined ? timing.responseEnd : end;
    const mimeType = timing?.contentType || exchange.mimeType;
    const record = {
      name: pair.request.url,
      initiatorType,
      method: exchange.method,
      pageId: this.#context.pageId,
      socketId,
      startTimeAbs: epoch(timing?.startTime ?? start),
      responseEndAbs: responseEnd === undefined ? undefined : epoch(responseEnd),
      ...known,
      responseStatus: status || known.responseStatus,
      mimeType: mimeType || undefined,
      outcome: outcome ?? (isOver ? (exchange.isBlocked ? "done" : undefined) : "pending"),
      error,
      requestResponsePairs: this.contents ? pair : undefined,
    };
    const isError = error !== undefined || (record.responseStatus ?? 0) >= 400 || outcome === "failed" || outcome === "canceled";
    journal.add(resourcesFile, record, { requests: 1, errors: isError ? 1 : 0 });
  }

  /** Undefined where the page's sanitizer wants nothing recorded. */
  #pair(exchange: Exchange): RequestResponsePair | undefined {
    const { redactor, sanitize } = this.#context;
    const { id, url, method, status = 0, requestHeaders, requestBody, responseHeaders, responseBody } = exchange;
    const clean = sanitize({
      request: { id, verb: method, url, headers: Object.fromEntries(requestHeaders), ...bodyOf(requestBody) },
      response: { status, headers: Object.fromEntries(responseHeaders), ...bodyOf(responseBody), ...sizeOf(responseBody) },
      urlBlocked: exchange.isBlocked,
    });
    if (clean === undefined) return undefined;
    const request = { ...clean.request, url: redactor.url(clean.request.url), ...this.#message(clean.request, requestBody) };
    const response = { ...clean.response, ...this.#message(clean.response, responseBody) };
    return { request, response, urlBlocked: exchange.isBlocked };
  }

  #message({ headers, body }: { headers: Record<string, string>; body?: unknown }, payload: Payload | undefined): object {
    const { redactor } = this.#context;
    const clean = { headers: redactor.headers(Object.entries(headers)) };
    const { body: text, encoding, isCut } = written(redactor, body, payload);
    return { ...clean, body: text, bodyEncoding: encoding, bodyTruncated: isCut };
  }
}

const bodyOf = (payload: Payload | undefined): { body?: string } => (payload?.text === undefined ? {} : { body: payload.text });
const sizeOf = (payload: Payload | undefined): { size?: number } => (payload === undefined ? {} : { size: payload.size });
