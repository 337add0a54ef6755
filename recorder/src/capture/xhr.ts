// XMLHttpRequest: listeners on the request itself; none on its upload, which would change what other origins are asked.
import { bodyPayload } from "./body.ts";
import { pageNow } from "../clock.ts";
import { absoluteUrl } from "../options.ts";
import type { BodyRead, Exchange, Exchanges, Outcome } from "./exchanges.ts";
import { patch } from "./patch.ts";
import { textPayload } from "./payload.ts";

interface Asked {
  method: string;
  url: string;
  headers: [string, string][];
  exchange?: Exchange;
}

export function recordXhr(exchanges: Exchanges): () => void {
  const proto = XMLHttpRequest.prototype;
  const asked = new WeakMap<XMLHttpRequest, Asked>();
  const undo = [
    patch(proto, "open", (call, self, args) => {
      call();
      const [method, url] = args as [string, string];
      const before = asked.get(self as XMLHttpRequest)?.exchange;
      // Opened anew, a request is given up without an event.
      if (before !== undefined && exchanges.underway.has(before)) end(exchanges, before, "opened again", "canceled");
      asked.set(self as XMLHttpRequest, {
        method: String(method).toUpperCase(),
        url: absoluteUrl(url),
        headers: [],
      });
    }),
    patch(proto, "setRequestHeader", (call, self, args) => {
      call();
      const [name, value] = args as [string, string];
      asked.get(self as XMLHttpRequest)?.headers.push([String(name).toLowerCase(), String(value)]);
    }),
    patch(proto, "send", (call, self, args) => {
      const request = self as XMLHttpRequest;
      const about = asked.get(request);
      if (about === undefined) return call();
      const exchange = begin(exchanges, about, args[0]);
      watch(exchanges, exchange, request);
      try {
        return call();
      } catch (error) {
        // A synchronous request fails by throwing, after its events; a request that was never opened has none.
        end(exchanges, exchange, String(error), "failed");
        throw error;
      }
    }),
  ];
  return () => undo.forEach((back) => back());
}

function begin(exchanges: Exchanges, about: Asked, body: unknown): Exchange {
  const exchange = exchanges.begin("xmlhttprequest", about.url, about.method);
  about.exchange = exchange;
  if (!exchanges.wantsContents(exchange)) return exchange;
  exchange.requestHeaders = about.headers;
  exchanges.keep(exchange, "requestBody", bodyPayload(body, exchanges.bodyLimit));
  return exchange;
}

function watch(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  const on = (type: string, end: () => void): void => {
    const listener = (): void => {
      if (exchanges.underway.has(exchange)) end();
    };
    EventTarget.prototype.addEventListener.call(request, type, listener, { once: true });
  };
  on("abort", () => end(exchanges, exchange, "aborted", "canceled"));
  on("error", () => end(exchanges, exchange, "Network error", "failed"));
  on("timeout", () => end(exchanges, exchange, "Timed out", "failed"));
  on("load", () => loaded(exchanges, exchange, request));
}

function end(exchanges: Exchanges, exchange: Exchange, error: string, outcome: Outcome): void {
  exchanges.fail(exchange, error, outcome);
  exchanges.end(exchange);
}

function loaded(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  exchanges.answered(exchange, request.status, headersOf(request));
  exchange.end = pageNow();
  const isWanted = exchanges.wantsContents(exchange);
  exchanges.keep(exchange, "responseBody", isWanted ? answer(request, exchanges.bodyLimit) : undefined, () => exchanges.end(exchange));
}

function answer({ responseType, response }: XMLHttpRequest, limit: number): BodyRead {
  return responseType === "json" ? textPayload(JSON.stringify(response), limit) : bodyPayload(response, limit);
}

function headersOf(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().split("\r\n").filter(Boolean);
  return new Headers(lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}
