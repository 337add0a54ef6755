// fetch for the network part, by the rules of the full recorder with fewer ways to read: a body is
// recorded from what the page reads by a call on its response or by a reader. One that the page
// iterates, tees or pipes is recorded without its body, once the page has forgotten it.
import { ignoreErrors } from "../ignore-errors.ts";
import { absoluteUrl, methodName } from "../options.ts";
import { bodyPayload, viewOf } from "./body.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { isNative, wrap, type Around } from "./wrap.ts";

export function recordNetworkFetch(exchanges: Exchanges): () => void {
  const isBrowsers = isNative(window.fetch);
  const bodies = observeBodies(exchanges);
  const undo = wrap(window, "fetch", (_, args, call) => {
    const exchange = ignoreErrors(() => begin(exchanges, args));
    const result = call() as Promise<Response>;
    const derived =
      exchange &&
      ignoreErrors(() =>
        result.then(
          (response) => {
            bodies.track_(exchange, response);
            return response;
          },
          (error: unknown) => {
            exchanges.fail_(exchange, error);
            // The page has the promise that rejects.
            if (isBrowsers) throw error;
          },
        ),
      );
    // The page gets the derived promise: a second one derived from its promise would hide an
    // unhandled rejection. What a page's own function returns is passed back.
    return (isBrowsers && derived) || result;
  });
  return () => {
    undo();
    bodies.stop_();
  };
}

/** Passes on the very objects of the page. Throws where they make no valid request. */
function begin(exchanges: Exchanges, [input, init]: unknown[]): Exchange {
  const request = input as Request;
  const { body, headers, method = request.method, signal = request.signal } = (init ?? {}) as RequestInit;
  const url = absoluteUrl(request.url ?? input);
  const exchange = exchanges.begin_("fetch", url, methodName(method ?? "GET"));
  exchange.isAborted_ = () => signal?.aborted;
  ignoreErrors(() => {
    // An iterator can be consumed only once, which is left to the browser.
    if (!headers || !("next" in headers)) exchange.requestHeaders_ = new Headers(headers ?? request.headers);
  });
  exchanges.captureBody_(exchange, /* @__KEY__ */ "requestBody_", (limit) =>
    // The call uses up the body of a request; those of other methods have none.
    body == null && request.bodyUsed === false && !/^(GET|HEAD)$/.test(request.method)
      ? request
          .clone()
          .blob()
          .then((blob) => bodyPayload(blob, limit))
      : bodyPayload(body, limit),
  );
  return exchange;
}

interface Bodies {
  /** Records the body of a response as the page reads it, and finishes the exchange then. */
  track_(exchange: Exchange, response: Response): void;
  stop_(): void;
}

type Step = ReadableStreamReadResult<Uint8Array>;

function observeBodies(exchanges: Exchanges): Bodies {
  const { prototype: responses } = Response;
  const { prototype: streams } = ReadableStream;
  const { prototype: readers } = ReadableStreamDefaultReader;
  const { arrayBuffer } = responses;
  /** By response, stream and reader. */
  const exchangeOf = new WeakMap<object, Exchange>();
  const find = (owner: unknown): Exchange | undefined => exchangeOf.get(owner as object);

  // A page that forgets a response makes no call.
  const forgotten = new FinalizationRegistry((exchange: Exchange) => {
    exchange.branches_ -= 1;
    if (!exchange.branches_) exchanges.finish_(exchange);
  });

  const link = (exchange: Exchange, response: Response): void => {
    // A page's own function may return anything.
    const body = (response as Response | undefined)?.body;
    if (!(body instanceof ReadableStream)) return exchanges.finish_(exchange);
    exchangeOf.set(response, exchange).set(body, exchange);
    exchange.branches_ += 1;
    forgotten.register(body, exchange);
  };

  const cancel: Around = (self, _, call) => {
    const exchange = find(self);
    // A locked stream rejects it. The page may still read a copy.
    if (exchange?.branches_ === 1 && !(self as ReadableStream).locked) exchanges.fail_(exchange, "aborted", "canceled");
    return call();
  };

  const take = (exchange: Exchange, owner: unknown, step: Step): Step => {
    const chunks = (exchange.reader_ ??= { owner_: owner, chunks_: [], size_: 0 });
    // A stream of the page's own may have chunks of any type.
    const bytes = viewOf(step.value);
    // Another reader may read a copy.
    if (chunks.owner_ !== owner) return step;
    chunks.isClosed_ = step.done;
    if (step.done) exchanges.finish_(exchange);
    else if (bytes) {
      if (chunks.size_ < exchanges.limit_) chunks.chunks_.push(bytes.slice(0, exchanges.limit_ - chunks.size_));
      chunks.size_ += bytes.length;
    }
    return step;
  };

  const observe = <Value>(
    result: unknown,
    exchange: Exchange,
    onValue: (value: Value) => unknown,
    owner?: unknown,
  ): unknown =>
    (result as Promise<Value>).then(onValue, (error: unknown) => {
      // A reader that the page has released fails alone.
      if (!owner || find(owner)) exchanges.fail_(exchange, error);
      throw error;
    });

  const observeMethod = (name: "text" | "json" | "formData" | "arrayBuffer" | "bytes" | "blob"): (() => void) => {
    // Made of the bytes, which are recorded as they are.
    const isParsed = /^[jft]/.test(name) && isNative(responses[name]);
    return wrap(responses, name, (self, _, call) => {
      const response = self as Response;
      const exchange = ignoreErrors(() => {
        const { body, bodyUsed } = response as { body: ReadableStream; bodyUsed: boolean };
        return bodyUsed || body.locked ? undefined : (find(response) ?? find(body));
      });
      if (!exchange) return call();
      return observe<ArrayBuffer>(isParsed ? arrayBuffer.call(response) : call(), exchange, (body) => {
        exchanges.captureResponse_(exchange, (limit) => bodyPayload(body, limit, exchange.contentType_));
        // Of a blob, since the browser words the error of invalid JSON differently for bytes.
        return isParsed ? call(new Response(new Blob([body]), response)) : body;
      });
    });
  };

  const undo = [
    ...(["text", "json", "formData", "arrayBuffer", "bytes", "blob"] as const).map(observeMethod),
    wrap(responses, "clone", (self, _, call) => {
      const copy = call() as Response;
      const exchange = find(self);
      // The browser divides the stream in two.
      if (exchange) [copy, self as Response].forEach((response) => link(exchange, response));
      return copy;
    }),
    wrap(streams, "getReader", (self, _, call) => {
      const reader = call() as object;
      const exchange = find(self);
      if (exchange) exchangeOf.set(reader, exchange);
      return reader;
    }),
    wrap(streams, "cancel", cancel),
    wrap(readers, "cancel", cancel),
    wrap(readers, "releaseLock", (self, _, call) => {
      exchangeOf.delete(self as object);
      return call();
    }),
    wrap(readers, "read", (self, _, call) => {
      const exchange = find(self);
      const result = call();
      return exchange ? observe<Step>(result, exchange, (step) => take(exchange, self, step), self) : result;
    }),
  ];

  return {
    track_: (exchange, response) => {
      ignoreErrors(() => {
        const { status, headers } = response;
        exchange.status_ = status;
        exchange.responseHeaders_ = headers;
        exchange.contentType_ = headers.get("content-type");
      });
      link(exchange, response);
    },
    stop_: () => undo.forEach((restore) => restore()),
  };
}
