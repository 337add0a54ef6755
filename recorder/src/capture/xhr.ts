// XMLHttpRequest: listeners on the request itself; a listener on its upload would trigger CORS
// preflight requests.
import { bodyPayload, textOnce } from "./body.ts";
import { absoluteUrl, methodName } from "../options.ts";
import type { BodyRead, Exchange, Exchanges, FailureMessage } from "./exchanges.ts";
import { patch } from "./patch.ts";
import type { Payload } from "./payload.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { accessor, isNative, wrapAccessor } from "./wrap.ts";

/** A request that has been opened. */
interface OpenedRequest {
  method: string;
  url: string;
  headers_: [name: string, value: string][];
  exchange_?: Exchange;
}

const { prototype: proto } = XMLHttpRequest;
const { addEventListener } = EventTarget.prototype;

export function recordXhr(exchanges: Exchanges): () => void {
  const opened = new WeakMap<XMLHttpRequest, OpenedRequest>();
  const json = isFullRecorder && exchanges.limit_ ? receiveJsonAsBytes() : undefined;

  /** The exchange in progress of a request, if any. */
  const pendingExchange = (request: XMLHttpRequest): Exchange | undefined => {
    const exchange = opened.get(request)?.exchange_;
    return exchange && !exchange.end_ && (!isFullRecorder || exchanges.pending_.has(exchange)) ? exchange : undefined;
  };

  const fail = (request: XMLHttpRequest, message: FailureMessage, outcome: "failed" | "canceled"): void => {
    const exchange = pendingExchange(request);
    if (exchange) exchanges.fail_(exchange, message, outcome);
  };

  const onLoad = (exchange: Exchange, request: XMLHttpRequest): void => {
    exchange.status_ = request.status;
    exchange.responseHeaders_ = request.getAllResponseHeaders();
    exchange.contentType_ = request.getResponseHeader("content-type");
    exchanges.captureResponse_(exchange, (limit) => {
      const bytes = json?.bytesOf_(request);
      // JSON is UTF-8, whatever its type says.
      return bytes ? bodyPayload(bytes, limit, "application/json") : responsePayload(request, exchange, limit);
    });
  };

  /** Finishes a request that is done; without an event that says it, its status decides how it ended. */
  const finish = (request: XMLHttpRequest, event?: string): void => {
    const exchange = pendingExchange(request);
    // A handler that ran earlier may have started the next exchange.
    if (!exchange || request.readyState !== request.DONE) return;
    if (request.status > 0) onLoad(exchange, request);
    else if (event === "abort") fail(request, "aborted", "canceled");
    else fail(request, event === "timeout" ? "Timed out" : "Network error", "failed");
  };

  // One function for all requests: a listener that is added twice is called once.
  const onEnd = ({ isTrusted, currentTarget, type }: Event): void => {
    if (isTrusted) ignoreErrors(() => finish(currentTarget as XMLHttpRequest, type));
  };

  const areNative = isFullRecorder && [proto.open, proto.setRequestHeader, proto.send].every(isNative);
  /** The browser converts each argument to text: objects of the page are asked for it once. */
  const convertOnce = (args: unknown[]): void => {
    if (areNative) args.forEach((arg, index) => (args[index] = textOnce(arg)));
  };

  const undo = [
    patch(proto, "open", (self, args) => {
      const request = self as XMLHttpRequest;
      // A handler of the page that runs before ours may reuse its request.
      finish(request);
      convertOnce(args);
      return () => {
        const [method, url] = args;
        const state = { method: methodName(method), url: absoluteUrl(url), headers_: [] };
        // Reopening a request aborts it without an event.
        fail(request, "aborted", "canceled");
        // A handler of the page may stop the propagation of one event.
        for (const type of ["load", "abort", "error", "timeout", "loadend"])
          addEventListener.call(request, type, onEnd);
        opened.set(request, state);
      };
    }),
    patch(proto, "setRequestHeader", (self, args) => {
      convertOnce(args);
      opened.get(self as XMLHttpRequest)?.headers_.push([String(args[0]), String(args[1])]);
    }),
    patch(proto, "send", (self, args) => {
      const request = self as XMLHttpRequest;
      const state = opened.get(request);
      // In any other state the browser throws.
      if (!state || request.readyState !== request.OPENED || pendingExchange(request)) return;
      const exchange = (state.exchange_ = exchanges.begin_("xmlhttprequest", state.url, state.method));
      if (state.headers_.length) exchange.requestHeaders_ = new Headers(state.headers_);
      convertOnce(args);
      exchanges.captureBody_(exchange, /* @__KEY__ */ "requestBody_", (limit) => bodyPayload(args[0], limit));
      // A synchronous request may fail without an event.
      return () => finish(request);
    }),
  ];
  if (json) undo.push(json.stop_);
  return () => undo.forEach((restore) => restore());
}

interface JsonResponses {
  /** The bytes of a response that the page receives as JSON. */
  bytesOf_(request: XMLHttpRequest): ArrayBuffer | undefined;
  stop_(): void;
}

/**
 * A request for JSON has no text. The browser receives bytes in its place, which are recorded as
 * they are, and the page gets the value that the browser would have parsed from them.
 */
function receiveJsonAsBytes(): JsonResponses {
  const requests = new WeakSet<object>();
  const values = new WeakMap<ArrayBuffer, unknown>();
  const decoder = new TextDecoder();
  const parse = (bytes: ArrayBuffer): unknown =>
    ignoreErrors(() => JSON.parse(decoder.decode(bytes)) as unknown) ?? null;
  const bytesOf = accessor<ArrayBuffer>(proto, "response");
  const isChromium = navigator.userAgent.includes("Chrome/");
  let isStopped = false;

  wrapAccessor(
    proto,
    "responseType",
    (self, get) => (requests.has(self) ? "json" : get(self)),
    (self, value, set, get) => {
      const type = textOnce(value);
      const isJson = type === "json" && !isStopped;
      set(self, isJson ? "arraybuffer" : type);
      if (isJson) requests.add(self);
      // The browser ignores an invalid type.
      else if (get(self) === type) requests.delete(self);
    },
  );
  wrapAccessor(proto, "response", (self, get) => {
    const response = get(self);
    if (!response || !requests.has(self)) return response;
    const bytes = response as ArrayBuffer;
    // Chromium parses it at each access.
    if (!values.has(bytes) || isChromium) values.set(bytes, parse(bytes));
    return values.get(bytes);
  });
  return {
    bytesOf_: (request) => (requests.has(request) ? bytesOf(request) : undefined),
    stop_: () => {
      isStopped = true;
    },
  };
}

/** A document is serialized again; its size as transferred is not known. */
function responsePayload(
  { responseType, response }: XMLHttpRequest,
  { contentType_ }: Exchange,
  limit: number,
): BodyRead {
  const isJson = !isFullRecorder && responseType === "json" && response !== null;
  const read = bodyPayload(isJson ? JSON.stringify(response) : response, limit, contentType_);
  if (isJson || (isFullRecorder && responseType === "document")) delete (read as Payload | undefined)?.size;
  return read;
}
