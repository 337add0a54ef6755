// XMLHttpRequest: listeners on the request itself; none on its upload, which would change what other origins are asked.
import { bodyPayload } from "./body.ts";
import { pageNow } from "../clock.ts";
import { absoluteUrl, methodName } from "../options.ts";
import type { BodyRead, Exchange, Exchanges, Outcome } from "./exchanges.ts";
import { patch } from "./patch.ts";
import type { Payload } from "./payload.ts";
import { quietly } from "../quietly.ts";

interface Asked {
  method: string;
  url: string;
  headers: Headers;
  exchange?: Exchange;
}

export function recordXhr(exchanges: Exchanges): () => void {
  const proto = XMLHttpRequest.prototype;
  const asked = new WeakMap<XMLHttpRequest, Asked>();

  /** What a request has under way, and no answer to yet. */
  const unanswered = (request: XMLHttpRequest): Exchange | undefined => {
    const exchange = asked.get(request)?.exchange;
    return exchange && !exchange.end && exchanges.underway.has(exchange) ? exchange : undefined;
  };

  const fail = (request: XMLHttpRequest, error: string, outcome: Outcome): void => {
    const exchange = unanswered(request);
    if (!exchange) return;
    exchanges.fail(exchange, error, outcome);
    exchanges.end(exchange);
  };

  /** If a request is done, it is over; where nothing says how, its status does. */
  const finish = (request: XMLHttpRequest, type = request.status > 0 ? "load" : "error"): void => {
    const exchange = unanswered(request);
    // A handler before ours may have begun the next one.
    if (!exchange || request.readyState !== request.DONE) return;
    if (type === "load") loaded(exchanges, exchange, request);
    else if (type === "abort") fail(request, "aborted", "canceled");
    else fail(request, type === "error" ? "Network error" : "Timed out", "failed");
  };

  const watch = (request: XMLHttpRequest): void => {
    for (const type of ["load", "abort", "error", "timeout"]) {
      EventTarget.prototype.addEventListener.call(request, type, () => void quietly(() => finish(request, type)));
    }
  };

  const undo = [
    patch(proto, "open", (self, [method, url]) => {
      const request = self as XMLHttpRequest;
      // A handler of the page that runs before ours may use its request again.
      finish(request);
      return () => {
        const about = { method: methodName(method), url: absoluteUrl(url), headers: new Headers() };
        // Opened anew, a request is given up without an event.
        fail(request, "aborted", "canceled");
        // Once for a request, however often it is used.
        if (!asked.has(request)) watch(request);
        asked.set(request, about);
      };
    }),
    patch(proto, "setRequestHeader", (self, [name, value]) => {
      asked.get(self as XMLHttpRequest)?.headers.append(String(name), String(value));
    }),
    patch(proto, "send", (self, [body]) => {
      const request = self as XMLHttpRequest;
      const about = asked.get(request);
      // Otherwise the browser will refuse it.
      if (!about || request.readyState !== request.OPENED || unanswered(request)) return;
      const exchange = (about.exchange = exchanges.begin("xmlhttprequest", about.url, about.method));
      exchange.requestHeaders = about.headers;
      exchanges.keep(exchange, /* @__KEY__ */ "requestBody", (limit) => bodyPayload(body, limit));
      // A synchronous request may fail without an event.
      return () => finish(request);
    }),
  ];
  return () => undo.forEach((back) => back());
}

function loaded(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  exchanges.answered(exchange, request.status, headersOf(request));
  exchange.end = pageNow();
  exchanges.keep(
    exchange,
    /* @__KEY__ */ "responseBody",
    (limit) => answer(request, limit),
    () => exchanges.end(exchange),
  );
}

/** What the page gets as an object is written as text again: how long it was on the wire is not known then. */
function answer({ responseType, response }: XMLHttpRequest, limit: number): BodyRead {
  const isJson = responseType === "json";
  const read = bodyPayload(isJson && response !== null ? JSON.stringify(response) : response, limit);
  if (isJson || responseType === "document") delete (read as Payload | undefined)?.size;
  return read;
}

function headersOf(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().matchAll(/(.+?): (.*)/g);
  return new Headers(Array.from(lines, ([, ...pair]) => pair as [string, string]));
}
