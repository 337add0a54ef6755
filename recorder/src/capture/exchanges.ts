// Requests that a script made, from the call to a line among the resources.
import { pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { isBlocked, pairOf, type NetworkSettings, type RequestResponsePair } from "../options.ts";
import { quietly } from "../quietly.ts";
import type { Sink } from "../session/journal.ts";
import { written, type Payload } from "./payload.ts";
import { addResource, type Timing } from "./timing.ts";

export type BodyRead = Payload | Promise<Payload | undefined> | undefined;
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
  requestHeaders?: Headers;
  requestBody?: Payload;
  responseHeaders?: Headers;
  responseBody?: Payload;
  socketId?: string;
}

export class Exchanges {
  readonly #context: Context;
  readonly settings: NetworkSettings;
  /** Called when a request is over, with all that could be known of it but the browser's timing. */
  readonly ended: (exchange: Exchange) => void;
  readonly underway = new Set<Exchange>();
  #count = 0;
  #reading = new Set<Promise<void>>();

  constructor(context: Context, ended: (exchange: Exchange) => void) {
    this.#context = context;
    this.settings = context.settings;
    this.ended = ended;
  }

  begin(initiatorType: Exchange["initiatorType"], url: string, method: string, start = pageNow()): Exchange {
    const { settings } = this;
    const { pageId } = this.#context;
    this.#count += 1;
    const exchange: Exchange = {
      id: `${pageId}-request-${this.#count}`,
      initiatorType,
      url,
      method,
      start,
      isBlocked: isBlocked(settings, url),
    };
    if (url !== settings.endpoint) this.underway.add(exchange);
    return exchange;
  }

  /** Whether headers and bodies of it are wanted. */
  wantsContents(exchange: Exchange): boolean {
    return this.settings.contents && !exchange.isBlocked;
  }

  /** Reads a body where it is wanted, as far as bodies are kept; a recording waits for those that are being read. */
  keep(exchange: Exchange, part: "requestBody" | "responseBody", read: (limit: number) => BodyRead, then?: () => void): void {
    const keep = (body: Payload | undefined): void => {
      if (body) exchange[part] = body;
      then?.();
    };
    const body = this.wantsContents(exchange) ? quietly(() => read(this.settings.bodyLimit)) : undefined;
    if (!(body instanceof Promise)) return keep(body);
    const reading = body.then(keep, (error: unknown) => {
      // A request's body may be anything; an answer that breaks off has failed.
      if (part === /* @__KEY__ */ "responseBody") this.fail(exchange, error);
      then?.();
    });
    this.#reading.add(reading);
    void reading.then(() => this.#reading.delete(reading));
  }

  /** The head of an answer is there. */
  answered(exchange: Exchange, status: number, headers: Headers): void {
    exchange.status = status;
    exchange.mimeType = headers.get("content-type")?.split(";")[0] ?? "";
    if (this.wantsContents(exchange)) exchange.responseHeaders = new Headers(headers);
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
    const { initiatorType, method, start, end, status, mimeType, error, socketId, isBlocked } = exchange;
    const isOver = end !== undefined || timing !== undefined;
    const outcome = exchange.outcome ?? (!isOver ? "pending" : isBlocked ? "done" : undefined);
    const facts = {
      name: pair.request.url,
      initiatorType,
      method,
      socketId,
      start,
      end: exchange.outcome === undefined ? (timing?.responseEnd ?? end) : end,
      status,
      mimeType,
      outcome,
      error,
      requestResponsePairs: this.settings.contents ? pair : undefined,
    };
    addResource(this.#context, journal, facts, timing);
  }

  /** Undefined where the page's sanitizer wants nothing recorded. */
  #pair(exchange: Exchange): RequestResponsePair | undefined {
    const { redactor, sanitize } = this.#context;
    const { id, url, method, status = 0, isBlocked } = exchange;
    const { requestHeaders, requestBody, responseHeaders, responseBody }: Partial<Exchange> = this.wantsContents(exchange) ? exchange : {};
    const pair = pairOf(id, method, url, status, isBlocked);
    Object.assign(pair.request, { headers: Object.fromEntries(requestHeaders ?? []), body: requestBody?.text });
    Object.assign(pair.response, { headers: Object.fromEntries(responseHeaders ?? []), body: responseBody?.text, size: responseBody?.size });
    const clean = sanitize(pair);
    if (clean === undefined) return undefined;
    const { request, response } = clean;
    return {
      request: { ...request, url: redactor.url(request.url), ...this.#message(request, requestBody) },
      response: { ...response, ...this.#message(response, responseBody) },
      urlBlocked: isBlocked,
    };
  }

  #message({ headers, body }: { headers: Record<string, string>; body?: unknown }, payload: Payload | undefined): object {
    const { redactor } = this.#context;
    const { body: text, encoding, isCut } = written(redactor, body, payload);
    return { headers: redactor.headers(headers), body: text, bodyEncoding: encoding, bodyTruncated: isCut };
  }
}
