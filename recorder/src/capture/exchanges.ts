// Requests made by scripts, from the call to a record in `resources.jsonl`.
import { pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { createPair, isBlocked, type RequestResponsePair } from "../options.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import type { Sink } from "../session/journal.ts";
import { chunksPayload, encodeBody, type Chunks, type Payload } from "./payload.ts";
import { addResource, type ResourceTiming } from "./timing.ts";

export type BodyRead = Payload | Promise<Payload | undefined> | undefined;
export type Outcome = "failed" | "canceled" | "pending";
/** Why a request failed, where the browser provides no error object; written to the record. */
export type FailureMessage =
  "aborted" | "Network error" | "Timed out" | "Not an event stream" | "Not sent: the queue is full";

/** Why a body that was transferred is not in the record. */
type OmissionReason = "not-read" | "stream";

type HeaderList = Iterable<readonly [string, string]>;

/** A request and its response, as far as known. Times are page time in milliseconds. */
export interface Exchange {
  readonly id: string;
  readonly initiatorType: "fetch" | "xmlhttprequest" | "beacon" | "eventsource";
  readonly url: string;
  readonly method: string;
  readonly start_: number;
  readonly isBlocked_: boolean;
  end_?: number;
  status_?: number;
  outcome?: Outcome;
  error?: string | undefined;
  /** The `Content-Type` header of the response. */
  contentType_?: string | null;
  requestHeaders_?: HeaderList;
  requestBody_?: Payload;
  /** The request's body is a stream, which the recorder does not read. */
  isStreamed_?: boolean | undefined;
  /** Resolves when an asynchronous request body has been read, which may be after the response has arrived. */
  requestBodyRead_?: Promise<void>;
  /** Of XMLHttpRequest as lines of text. */
  responseHeaders_?: HeaderList | string;
  responseBody_?: Payload;
  /** The response has a body, of which the page has read nothing. */
  isUnread_?: boolean;
  /** What the page has read of a response that is read in parts. */
  reader_?: Chunks;
  /** Branches of the response's body that the page may still read. */
  branches_: number;
  /** Whether the page has canceled the request by its signal. */
  isAborted_?: () => boolean | undefined;
  socketId?: string;
}

export interface Exchanges {
  /** Bytes of a body that are recorded. */
  readonly limit_: number;
  readonly pending_: Set<Exchange>;
  begin_(initiatorType: Exchange["initiatorType"], url: string, method: string, start?: number): Exchange;
  /** Whether its headers and bodies are recorded. */
  wantsContents_(exchange: Exchange): boolean;
  /** Reads a body if it is recorded, up to the body limit, then calls `then`; `flush_` awaits bodies that are being read. */
  captureBody_(
    exchange: Exchange,
    part: "requestBody_" | "responseBody_",
    read: (limit: number) => BodyRead,
    then?: () => void,
  ): void;
  /** The response has ended: reads its body, then finishes the exchange. */
  captureResponse_(exchange: Exchange, read: (limit: number) => BodyRead): void;
  /** Finishes a request as failed, or as canceled if the page has canceled it, unless it has ended. */
  fail_(exchange: Exchange, error: unknown): void;
  fail_(exchange: Exchange, message: FailureMessage, outcome: Exclude<Outcome, "pending">): void;
  finish_(exchange: Exchange): void;
  flush_(): Promise<void>;
  write_(journal: Sink, exchange: Exchange, timing?: ResourceTiming): void;
}

/** `onFinished` is called when a request is complete, except for the browser's timing of it. */
export function trackExchanges(context: Context, onFinished: (exchange: Exchange) => void): Exchanges {
  const { settings_: settings, redactor_: redactor, sanitize_: sanitize, pageId_: pageId } = context;
  const pending = new Set<Exchange>();
  const bodyReads = new Set<Promise<void>>();
  let count = 0;

  const wantsContents = (exchange: Exchange): boolean => settings.contents_ && !exchange.isBlocked_;

  /** A page may cancel with any value as the reason. */
  const isCanceled = (exchange: Exchange, error?: unknown): boolean | undefined =>
    exchange.isAborted_?.() ||
    ((!isFullRecorder || error instanceof DOMException) && (error as Error | undefined)?.name === "AbortError");

  const redactedMessage = (
    { headers, body }: { headers: Record<string, string>; body?: unknown },
    payload: Payload | undefined,
    bodyOmitted: OmissionReason | false | undefined,
  ): object => {
    const { text_, encoding, isTruncated_ } = encodeBody(redactor, body, payload);
    return {
      headers: redactor.headers_(headers),
      body: text_,
      bodyEncoding: encoding,
      bodyTruncated: isTruncated_,
      ...(isFullRecorder && { bodyOmitted: bodyOmitted || undefined }),
    };
  };

  /** Undefined where the page's sanitizer drops the request. */
  const redactedPair = (exchange: Exchange): RequestResponsePair | undefined => {
    const { id, url, method, status_ = 0, isBlocked_: urlBlocked } = exchange;
    const {
      requestHeaders_ = [],
      requestBody_,
      responseHeaders_ = [],
      reader_,
      contentType_,
      responseBody_ = reader_ && chunksPayload(reader_, settings.bodyLimit_, contentType_),
      isStreamed_,
      isUnread_,
    }: Partial<Exchange> = wantsContents(exchange) ? exchange : {};
    const pair = createPair(id, method, url, status_, urlBlocked);
    Object.assign(pair.request, { headers: Object.fromEntries(requestHeaders_), body: requestBody_?.text_ });
    Object.assign(pair.response, {
      headers: Object.fromEntries(
        typeof responseHeaders_ === "string" ? parseHeaders(responseHeaders_) : responseHeaders_,
      ),
      body: responseBody_?.text_,
      size: responseBody_?.size,
    });
    const sanitized = sanitize(pair);
    if (!sanitized) return;
    const { request, response } = sanitized;
    return {
      request: {
        ...request,
        url: redactor.url_(request.url),
        ...redactedMessage(request, requestBody_, isStreamed_ && "stream"),
      },
      response: { ...response, ...redactedMessage(response, responseBody_, isUnread_ && "not-read") },
      urlBlocked,
    };
  };

  const captureBody: Exchanges["captureBody_"] = (exchange, part, read, then) => {
    const store = (body: Payload | undefined): void => {
      if (body) exchange[part] = body;
      then?.();
    };
    const body = wantsContents(exchange) ? ignoreErrors(() => read(settings.bodyLimit_)) : undefined;
    if (!(body instanceof Promise)) return store(body);
    // An unreadable body is not a failure.
    const done = body.catch(() => undefined).then(store);
    if (part === /* @__KEY__ */ "requestBody_") exchange.requestBodyRead_ = done;
    bodyReads.add(done);
    void done.then(() => bodyReads.delete(done));
  };

  const finish = (exchange: Exchange): void => {
    exchange.end_ ??= pageNow();
    const report = (): void => {
      if (pending.delete(exchange)) onFinished(exchange);
    };
    if (exchange.requestBodyRead_) void exchange.requestBodyRead_.then(report);
    else report();
  };

  return {
    pending_: pending,
    limit_: settings.contents_ ? settings.bodyLimit_ : 0,
    wantsContents_: wantsContents,
    fail_: (exchange: Exchange, error: unknown, outcome?: Outcome) => {
      if (!exchange.end_) {
        exchange.outcome = outcome ?? (isCanceled(exchange, error) ? "canceled" : "failed");
        exchange.error = isFullRecorder ? describe(error) : ignoreErrors(() => String(error));
      }
      finish(exchange);
    },
    begin_: (initiatorType, url, method, start_ = pageNow()) => {
      count += 1;
      const id = `${pageId}-request-${count}`;
      const exchange: Exchange = {
        id,
        initiatorType,
        url,
        method,
        start_,
        branches_: 0,
        isBlocked_: isBlocked(settings, url),
      };
      if (!isFullRecorder || url !== settings.endpoint_) pending.add(exchange);
      return exchange;
    },
    captureBody_: captureBody,
    captureResponse_: (exchange, read) => {
      exchange.end_ ??= pageNow();
      captureBody(exchange, /* @__KEY__ */ "responseBody_", read, () => finish(exchange));
    },
    finish_: finish,
    flush_: async () => void (await Promise.all(bodyReads)),
    write_: (journal, exchange, timing) => {
      const pair = redactedPair(exchange);
      if (!pair) return;
      const { end_, outcome, contentType_ } = exchange;
      const isFinished = end_ !== undefined || timing !== undefined;
      const resource = {
        ...exchange,
        name: pair.request.url,
        end_: outcome === undefined ? (timing?.responseEnd ?? end_) : end_,
        mimeType: contentType_?.split(";")[0],
        outcome:
          outcome ??
          (!isFullRecorder || isFinished
            ? exchange.isBlocked_
              ? "done"
              : undefined
            : isCanceled(exchange)
              ? "canceled"
              : "pending"),
        requestResponsePairs: settings.contents_ ? pair : undefined,
      };
      addResource(context, journal, resource, timing);
    },
  };
}

const parseHeaders = (lines: string): HeaderList =>
  isFullRecorder
    ? lines
        .split("\r\n")
        .map((line) => [line, line.indexOf(": ")] as const)
        .filter(([, colon]) => colon > 0)
        .map(([line, colon]) => [line.slice(0, colon), line.slice(colon + 2)] as const)
    : Array.from(lines.matchAll(/(.+?): (.*)/g), ([, name, value]) => [name, value] as [string, string]);

/** The text of an error; an object of the page's own is not converted, which would run its code. */
const describe = (error: unknown): string =>
  ignoreErrors(() => (Object(error) !== error || error instanceof Error ? String(error) : undefined)) ?? "(object)";
