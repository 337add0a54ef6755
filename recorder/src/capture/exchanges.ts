// Requests that a script made, from the call to a line among the resources.
import { pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { isBlocked, pairOf, type RequestResponsePair } from "../options.ts";
import { quietly } from "../quietly.ts";
import type { Sink } from "../session/journal.ts";
import { written, type Payload } from "./payload.ts";
import { addResource, type Timing } from "./timing.ts";

export type BodyRead = Payload | Promise<Payload | undefined> | undefined;
export type Outcome = "failed" | "canceled" | "pending";

type HeaderList = Iterable<readonly [string, string]>;

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
  mimeType?: string | undefined;
  requestHeaders?: HeaderList;
  requestBody?: Payload;
  /** The request's own body is being read, or was: an answer may be there sooner. */
  sent?: Promise<void>;
  responseHeaders?: HeaderList;
  responseBody?: Payload;
  socketId?: string;
}

export interface Exchanges {
  readonly underway: Set<Exchange>;
  begin(initiatorType: Exchange["initiatorType"], url: string, method: string, start?: number): Exchange;
  /** Whether headers and bodies of it are wanted. */
  wantsContents(exchange: Exchange): boolean;
  /** Reads a body where it is wanted, as far as bodies are kept; a recording waits for those that are being read. */
  keep(
    exchange: Exchange,
    part: "requestBody" | "responseBody",
    read: (limit: number) => BodyRead,
    then?: () => void,
  ): void;
  /** The head of an answer is there. */
  answered(exchange: Exchange, status: number, headers: Headers): void;
  fail(exchange: Exchange, error: unknown, outcome?: Outcome): void;
  end(exchange: Exchange): void;
  settle(): Promise<void>;
  write(journal: Sink, exchange: Exchange, timing?: Timing): void;
}

/** `ended` is called when a request is over, with all that could be known of it but the browser's timing. */
export function newExchanges(context: Context, ended: (exchange: Exchange) => void): Exchanges {
  const { settings, redactor, sanitize, pageId } = context;
  const underway = new Set<Exchange>();
  const reading = new Set<Promise<void>>();
  let count = 0;

  const wantsContents = (exchange: Exchange): boolean => settings.contents && !exchange.isBlocked;

  const fail: Exchanges["fail"] = (exchange, error, outcome) => {
    exchange.outcome = outcome ?? ((error as Error | undefined)?.name === "AbortError" ? "canceled" : "failed");
    exchange.error = String(error);
  };

  const message = (
    { headers, body }: { headers: Record<string, string>; body?: unknown },
    payload: Payload | undefined,
  ): object => {
    const { body: text, encoding, isCut } = written(redactor, body, payload);
    return { headers: redactor.headers(headers), body: text, bodyEncoding: encoding, bodyTruncated: isCut };
  };

  /** Undefined where the page's sanitizer wants nothing recorded. */
  const pairFrom = (exchange: Exchange): RequestResponsePair | undefined => {
    const { id, url, method, status = 0, isBlocked: urlBlocked } = exchange;
    const {
      requestHeaders = [],
      requestBody,
      responseHeaders = [],
      responseBody,
    }: Partial<Exchange> = wantsContents(exchange) ? exchange : {};
    const pair = pairOf(id, method, url, status, urlBlocked);
    Object.assign(pair.request, { headers: Object.fromEntries(requestHeaders), body: requestBody?.text });
    Object.assign(pair.response, {
      headers: Object.fromEntries(responseHeaders),
      body: responseBody?.text,
      size: responseBody?.size,
    });
    const clean = sanitize(pair);
    if (!clean) return;
    const { request, response } = clean;
    return {
      request: { ...request, url: redactor.url(request.url), ...message(request, requestBody) },
      response: { ...response, ...message(response, responseBody) },
      urlBlocked,
    };
  };

  return {
    underway,
    wantsContents,
    fail,
    begin: (initiatorType, url, method, start = pageNow()) => {
      count += 1;
      const id = `${pageId}-request-${count}`;
      const exchange: Exchange = { id, initiatorType, url, method, start, isBlocked: isBlocked(settings, url) };
      if (!isWhole || url !== settings.endpoint) underway.add(exchange);
      return exchange;
    },
    keep: (exchange, part, read, then) => {
      const keep = (body: Payload | undefined): void => {
        if (body) exchange[part] = body;
        then?.();
      };
      const body = wantsContents(exchange) ? quietly(() => read(settings.bodyLimit)) : undefined;
      if (!(body instanceof Promise)) return keep(body);
      const done = body.then(keep, (error: unknown) => {
        // A request's body may be anything; an answer that breaks off has failed.
        if (part === /* @__KEY__ */ "responseBody") fail(exchange, error);
        then?.();
      });
      if (part === /* @__KEY__ */ "requestBody") exchange.sent = done;
      reading.add(done);
      void done.then(() => reading.delete(done));
    },
    answered: (exchange, status, headers) => {
      exchange.status = status;
      exchange.mimeType = headers.get("content-type")?.split(";")[0];
      if (wantsContents(exchange)) exchange.responseHeaders = new Headers(headers);
    },
    end: (exchange) => {
      exchange.end ??= pageNow();
      const over = (): void => {
        if (underway.delete(exchange)) ended(exchange);
      };
      if (exchange.sent) void exchange.sent.then(over);
      else over();
    },
    settle: async () => void (await Promise.all(reading)),
    write: (journal, exchange, timing) => {
      const pair = pairFrom(exchange);
      if (!pair) return;
      const { end, outcome } = exchange;
      const isOver = end !== undefined || timing !== undefined;
      const facts = {
        ...exchange,
        name: pair.request.url,
        end: outcome === undefined ? (timing?.responseEnd ?? end) : end,
        outcome: outcome ?? (!isOver ? "pending" : exchange.isBlocked ? "done" : undefined),
        requestResponsePairs: settings.contents ? pair : undefined,
      };
      addResource(context, journal, facts, timing);
    },
  };
}
