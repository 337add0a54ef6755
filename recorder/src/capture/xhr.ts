// XMLHttpRequest: listeners on the request itself; a listener on its upload would trigger CORS
// preflight requests.
import { bodyPayload } from "./body.ts";
import { pageNow } from "../clock.ts";
import { absoluteUrl, methodName } from "../options.ts";
import type { BodyRead, Exchange, Exchanges, FailureMessage } from "./exchanges.ts";
import { patch } from "./patch.ts";
import type { Payload } from "./payload.ts";
import { ignoreErrors } from "../ignore-errors.ts";

/** A request that has been opened. */
interface OpenedRequest {
  method: string;
  url: string;
  headers_: Headers;
  exchange_?: Exchange;
}

export function recordXhr(exchanges: Exchanges): () => void {
  const proto = XMLHttpRequest.prototype;
  const opened = new WeakMap<XMLHttpRequest, OpenedRequest>();

  /** The exchange in progress of a request, if any. */
  const pendingExchange = (request: XMLHttpRequest): Exchange | undefined => {
    const exchange = opened.get(request)?.exchange_;
    return exchange && !exchange.end_ && exchanges.pending_.has(exchange) ? exchange : undefined;
  };

  const fail = (request: XMLHttpRequest, message: FailureMessage, outcome: "failed" | "canceled"): void => {
    const exchange = pendingExchange(request);
    if (!exchange) return;
    exchanges.fail_(exchange, message, outcome);
    exchanges.finish_(exchange);
  };

  /** Finishes a request that is done; without an event type, its status decides how it ended. */
  const finish = (request: XMLHttpRequest, type = request.status > 0 ? "load" : "error"): void => {
    const exchange = pendingExchange(request);
    // A handler that ran earlier may have started the next exchange.
    if (!exchange || request.readyState !== request.DONE) return;
    if (type === "load") onLoad(exchanges, exchange, request);
    else if (type === "abort") fail(request, "aborted", "canceled");
    else fail(request, type === "error" ? "Network error" : "Timed out", "failed");
  };

  const attachListeners = (request: XMLHttpRequest): void => {
    for (const type of ["load", "abort", "error", "timeout"]) {
      EventTarget.prototype.addEventListener.call(request, type, () => void ignoreErrors(() => finish(request, type)));
    }
  };

  const undo = [
    patch(proto, "open", (self, [method, url]) => {
      const request = self as XMLHttpRequest;
      // A handler of the page that runs before ours may reuse its request.
      finish(request);
      return () => {
        const state = { method: methodName(method), url: absoluteUrl(url), headers_: new Headers() };
        // Reopening a request aborts it without an event.
        fail(request, "aborted", "canceled");
        // Once per request object, however often it is reused.
        if (!opened.has(request)) attachListeners(request);
        opened.set(request, state);
      };
    }),
    patch(proto, "setRequestHeader", (self, [name, value]) => {
      opened.get(self as XMLHttpRequest)?.headers_.append(String(name), String(value));
    }),
    patch(proto, "send", (self, [body]) => {
      const request = self as XMLHttpRequest;
      const state = opened.get(request);
      // In any other state the browser throws.
      if (!state || request.readyState !== request.OPENED || pendingExchange(request)) return;
      const exchange = (state.exchange_ = exchanges.begin_("xmlhttprequest", state.url, state.method));
      exchange.requestHeaders_ = state.headers_;
      exchanges.captureBody_(exchange, /* @__KEY__ */ "requestBody_", (limit) => bodyPayload(body, limit));
      // A synchronous request may fail without an event.
      return () => finish(request);
    }),
  ];
  return () => undo.forEach((restore) => restore());
}

function onLoad(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  exchanges.setResponseHead_(exchange, request.status, responseHeaders(request));
  exchange.end_ = pageNow();
  exchanges.captureBody_(
    exchange,
    /* @__KEY__ */ "responseBody_",
    (limit) => responsePayload(request, limit),
    () => exchanges.finish_(exchange),
  );
}

/** A parsed response is serialized again; its size as transferred is not known then. */
function responsePayload({ responseType, response }: XMLHttpRequest, limit: number): BodyRead {
  const isJson = responseType === "json";
  const read = bodyPayload(isJson && response !== null ? JSON.stringify(response) : response, limit);
  if (isJson || responseType === "document") delete (read as Payload | undefined)?.size;
  return read;
}

function responseHeaders(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().matchAll(/(.+?): (.*)/g);
  return new Headers(Array.from(lines, ([, ...pair]) => pair as [string, string]));
}
