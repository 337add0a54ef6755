// XMLHttpRequest: listeners on the request itself; none on its upload, which would change what other origins are asked.
import { blobPayload, bytesPayload, requestPayload } from "./body.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { patch } from "./patch.ts";
import { textPayload, type Payload } from "./payload.ts";

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
      if (before !== undefined && exchanges.underway.has(before)) end(exchanges, before, "canceled", "opened again");
      asked.set(self as XMLHttpRequest, {
        method: String(method).toUpperCase(),
        url: new URL(url, document.baseURI).href,
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
        end(exchanges, exchange, "failed", String(error));
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
  const payload = requestPayload(body, exchanges.bodyLimit);
  if (payload instanceof Promise) void exchanges.read(payload.then((read) => void (exchange.requestBody = read)));
  else if (payload !== undefined) exchange.requestBody = payload;
  return exchange;
}

function watch(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  const once = (type: string, listener: () => void): void => EventTarget.prototype.addEventListener.call(request, type, listener, { once: true });
  const isOurs = (): boolean => exchanges.underway.has(exchange);
  once("abort", () => isOurs() && end(exchanges, exchange, "canceled", "aborted"));
  once("error", () => isOurs() && end(exchanges, exchange, "failed", "Network error"));
  once("timeout", () => isOurs() && end(exchanges, exchange, "failed", "Timed out"));
  once("load", () => isOurs() && loaded(exchanges, exchange, request));
}

function end(exchanges: Exchanges, exchange: Exchange, outcome: "failed" | "canceled", error: string): void {
  exchange.outcome = outcome;
  exchange.error = error;
  exchanges.end(exchange);
}

function loaded(exchanges: Exchanges, exchange: Exchange, request: XMLHttpRequest): void {
  exchange.status = request.status;
  exchange.mimeType = request.getResponseHeader("content-type")?.split(";")[0] ?? "";
  if (!exchanges.wantsContents(exchange)) return exchanges.end(exchange);
  exchange.responseHeaders = headersOf(request);
  const payload = responsePayload(request, exchanges.bodyLimit);
  const keep = (read: Payload | undefined): void => {
    if (read !== undefined) exchange.responseBody = read;
    exchanges.end(exchange);
  };
  if (!(payload instanceof Promise)) return keep(payload);
  exchange.end = performance.now();
  void exchanges.read(payload.then(keep));
}

function responsePayload(request: XMLHttpRequest, limit: number): Payload | Promise<Payload> | undefined {
  const { responseType } = request;
  if (responseType === "" || responseType === "text") return textPayload(request.responseText, limit);
  const response: unknown = request.response;
  if (response instanceof ArrayBuffer) return bytesPayload(new Uint8Array(response), limit);
  if (response instanceof Blob) return blobPayload(response, limit);
  if (responseType === "json") return textPayload(JSON.stringify(response), limit);
  return requestPayload(response, limit);
}

function headersOf(request: XMLHttpRequest): [string, string][] {
  const lines = request.getAllResponseHeaders().split("\r\n").filter(Boolean);
  return lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
}
