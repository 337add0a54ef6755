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
  headers: [string, string][];
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

  const undo = [
    patch(proto, "open", (self, [method, url]) => {
      const request = self as XMLHttpRequest;
      // A handler of the page that runs before ours may use its request again.
      if (request.readyState === request.DONE) finish(exchanges, unanswered(request), request);
      return () => {
        const about = { method: methodName(String(method)), url: absoluteUrl(url), headers: [] };
        // Opened anew, a request is given up without an event.
        end(exchanges, unanswered(request), "aborted", "canceled");
        // Once for a request, however often it is used.
        if (!asked.has(request)) watch(request, (type) => finish(exchanges, unanswered(request), request, type));
        asked.set(request, about);
      };
    }),
    patch(proto, "setRequestHeader", (self, [name, value]) => {
      asked.get(self as XMLHttpRequest)?.headers.push([String(name), String(value)]);
    }),
    patch(proto, "send", (self, [body]) => {
      const request = self as XMLHttpRequest;
      const about = asked.get(request);
      // Otherwise the browser will refuse it.
      if (!about || request.readyState !== request.OPENED || unanswered(request)) return;
      begin(exchanges, about, body);
      // A synchronous request may fail without an event.
      return () => {
        if (request.readyState === request.DONE) finish(exchanges, unanswered(request), request);
      };
    }),
  ];
  return () => undo.forEach((back) => back());
}

function begin(exchanges: Exchanges, about: Asked, body: unknown): void {
  const exchange = (about.exchange = exchanges.begin("xmlhttprequest", about.url, about.method));
  if (!exchanges.wantsContents(exchange)) return;
  exchange.requestHeaders = [...new Headers(about.headers)];
  exchanges.keep(exchange, /* @__KEY__ */ "requestBody", bodyPayload(body, exchanges.settings.bodyLimit));
}

function watch(request: XMLHttpRequest, done: (type: string) => void): void {
  for (const type of ["load", "abort", "error", "timeout"]) {
    EventTarget.prototype.addEventListener.call(request, type, () => {
      // Otherwise a handler before ours has begun the next one.
      if (request.readyState === request.DONE) quietly(() => done(type));
    });
  }
}

/** A request is done; where nothing says how, its status does. */
function finish(exchanges: Exchanges, exchange: Exchange | undefined, request: XMLHttpRequest, type = request.status > 0 ? "load" : "error"): void {
  if (!exchange) return;
  if (type === "load") loaded(exchanges, exchange, request);
  else if (type === "abort") end(exchanges, exchange, "aborted", "canceled");
  else end(exchanges, exchange, type === "error" ? "Network error" : "Timed out", "failed");
}

function end(exchanges: Exchanges, exchange: Exchange | undefined, error: string, outcome: Outcome): void {
  if (!exchange) return;
  exchanges.fail(exchange, error, outcome);
  exchanges.end(exchange);
}

function loaded(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  exchanges.answered(exchange, request.status, headersOf(request));
  exchange.end = pageNow();
  const isWanted = exchanges.wantsContents(exchange);
  exchanges.keep(exchange, /* @__KEY__ */ "responseBody", isWanted ? answer(request, exchanges.settings.bodyLimit) : undefined, () => exchanges.end(exchange));
}

/** What the page gets as an object is written as text again: how long it was on the wire is not known then. */
function answer({ responseType, response }: XMLHttpRequest, limit: number): BodyRead {
  const isJson = responseType === "json";
  const read = bodyPayload(isJson && response !== null ? JSON.stringify(response) : response, limit);
  if (isJson || responseType === "document") delete (read as Payload | undefined)?.size;
  return read;
}

function headersOf(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().split("\r\n").filter(Boolean);
  return new Headers(lines.map((line) => line.split(/: (.*)/, 2) as [string, string]));
}
