// fetch: the page's call is passed on with its own arguments, and the page gets its own response.
import { pageNow } from "../clock.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { absoluteUrl, methodName } from "../options.ts";
import { BodyReaders } from "./body-readers.ts";
import { observeBodyReads } from "./body-reads.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import {
  dataOf,
  observeInit,
  recordRequestBodies,
  requestUrl,
  type RequestBody,
  type SeenInit,
} from "./request-init.ts";
import { accessor, isNative, onSettled, wrap } from "./wrap.ts";

const { prototype: requests } = Request;
const { prototype: responses } = Response;
const requestMethod = accessor<string>(requests, "method");
const requestHeaders = accessor<Headers>(requests, "headers");
const requestSignal = accessor<AbortSignal>(requests, "signal");
const isAborted = accessor<boolean>(AbortSignal.prototype, "aborted");
const responseStatus = accessor<number>(responses, "status");
const responseHeaders = accessor<Headers>(responses, "headers");
const responseUrl = accessor<string>(responses, "url");
const urlText = accessor<string>(URL.prototype, "href");

export function recordFetch(exchanges: Exchanges): () => void {
  // A function of the page's own receives the very objects that the page passes, and what it
  // returns is passed back.
  const isBrowsers = isNative(window.fetch);
  const requestBodies = recordRequestBodies(exchanges.limit_);
  const readers = new BodyReaders(exchanges);
  const stopReads = observeBodyReads(readers);

  const observeResult = (result: unknown, exchange: Exchange | undefined, start: number): unknown => {
    const onResponse = (response: unknown): unknown => {
      ignoreErrors(() => {
        exchange ??= exchanges.begin_("fetch", responseUrl(response) as string, "GET", start);
        const status = responseStatus(response);
        const headers = responseHeaders(response);
        if (status !== undefined && headers)
          Object.assign(exchange, {
            status_: status,
            responseHeaders_: headers,
            contentType_: headers.get("content-type"),
          });
        readers.track_(exchange, response);
      });
      return response;
    };
    const onError = (error: unknown): void => {
      if (exchange) exchanges.fail_(exchange, error);
    };
    if (!isBrowsers) {
      // A promise of a library is not one of the browser's.
      if (!ignoreErrors(() => onSettled(result, onResponse, onError)))
        outsideZones(() => void (result as Promise<Response>).then(onResponse, onError));
      return result;
    }
    // The page gets the derived promise: a second one derived from its promise would hide an
    // unhandled rejection.
    return onSettled(result, onResponse, (error) => {
      onError(error);
      throw error;
    });
  };

  const undo = wrap(window, "fetch", (_, args, call) => {
    const start = pageNow();
    const [input] = args;
    const request = requestUrl(input) === undefined ? undefined : (input as Request);
    // The call uses up the body of a request.
    const requestBody = ignoreErrors(() => request && requestBodies.ofRequest_(request));
    const seen = isBrowsers ? observeCall(args, request) : dataOf(args[1]);
    const result = call();
    return (
      ignoreErrors(() => {
        const exchange = ignoreErrors(() => begin(exchanges, args[0], seen, start));
        const body = seen.body == null ? requestBody : requestBodies.create_(seen.body);
        if (exchange) captureRequest(exchanges, exchange, request, seen, body);
        return observeResult(result, exchange, start);
      }) ?? result
    );
  });

  return () => {
    undo();
    requestBodies.stop_();
    stopReads();
  };
}

/** A promise of zone.js schedules its handlers in the current zone, which counts them as the page's. */
function outsideZones(work: () => void): void {
  const root = (window as { Zone?: { root?: { run(work: () => void): void } } }).Zone?.root;
  if (root) root.run(work);
  else work();
}

/** Converts the URL to a string exactly once, since `toString` may have side effects. */
function observeCall(args: unknown[], request: Request | undefined): SeenInit {
  if (!request && args.length) {
    try {
      args[0] = `${args[0] as string}`;
    } catch (error) {
      const toString = (): string => {
        throw error;
      };
      args[0] = { toString };
    }
  }
  return observeInit(args);
}

/** Undefined where only a function of the page's own knows the URL; throws where it is invalid. */
function begin(exchanges: Exchanges, input: unknown, { method }: SeenInit, start: number): Exchange | undefined {
  const url = typeof input === "string" ? input : (requestUrl(input) ?? urlText(input));
  if (url === undefined) return;
  return exchanges.begin_("fetch", absoluteUrl(url), methodName(method ?? requestMethod(input) ?? "GET"), start);
}

function captureRequest(
  exchanges: Exchanges,
  exchange: Exchange,
  request: Request | undefined,
  { headers, signal = requestSignal(request) }: SeenInit,
  body: RequestBody | undefined,
): void {
  const signalRef = ignoreErrors(() => signal && new WeakRef(signal));
  if (signalRef) exchange.isAborted_ = () => isAborted(signalRef.deref());
  if (!exchanges.wantsContents_(exchange)) return;
  // An iterator can be consumed only once, which is left to the page's function.
  ignoreErrors(() => {
    if (!headers && !request) return;
    if (!headers || !("next" in headers)) exchange.requestHeaders_ = new Headers(headers ?? requestHeaders(request));
  });
  exchange.isStreamed_ = body?.isStream_;
  exchanges.captureBody_(exchange, /* @__KEY__ */ "requestBody_", () => body?.read_);
}
