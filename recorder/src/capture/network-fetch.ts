// fetch for the network part, by the rules of the full recorder with fewer ways to read: a body is
// recorded from what the page reads by a call on its response or by a reader. One that the page
// iterates, tees or pipes is recorded without its body, once the page has forgotten it.
import { pageNow } from "../clock.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { absoluteUrl, methodName } from "../options.ts";
import { bodyPayload } from "./body.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { chunksPayload, type Chunks } from "./payload.ts";
import { isNative, wrap, type Around } from "./wrap.ts";

/** A branch of a response's body: the response, its stream and the stream's reader share it. */
interface Branch extends Chunks {
  exchange_: Exchange;
  isEnded_?: boolean;
}

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
            exchanges.finish_(exchange);
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

function observeBodies(exchanges: Exchanges): Bodies {
  const { prototype: responses } = Response;
  const { prototype: streams } = ReadableStream;
  const { prototype: readers } = ReadableStreamDefaultReader;
  const { arrayBuffer } = responses;
  const branches = new WeakMap<object, Branch>();

  const finish = (branch: Branch, body?: unknown): void => {
    const { exchange_ } = branch;
    // Another branch may have been read before.
    if (exchange_.end_) return;
    exchange_.end_ = pageNow();
    exchanges.captureBody_(
      exchange_,
      /* @__KEY__ */ "responseBody_",
      (limit) =>
        branch.size_
          ? chunksPayload(branch, limit, exchange_.contentType_)
          : bodyPayload(body, limit, exchange_.contentType_),
      () => exchanges.finish_(exchange_),
    );
  };

  const fail = (branch: Branch, error: unknown): void => {
    if (!branch.exchange_.end_) exchanges.fail_(branch.exchange_, error);
    finish(branch);
  };

  /** The page reads a branch no further. */
  const drop = (branch: Branch, isCanceled?: boolean): void => {
    const { exchange_ } = branch;
    if (branch.isEnded_) return;
    branch.isEnded_ = true;
    exchange_.branches_ -= 1;
    if (exchange_.branches_ || exchange_.end_) return;
    if (isCanceled) exchanges.fail_(exchange_, "aborted", "canceled");
    finish(branch);
  };

  // A page that forgets a response makes no call.
  const forgotten = new FinalizationRegistry(drop);

  const addBranch = (exchange_: Exchange, response: Response): void => {
    const { body, bodyUsed } = response;
    const branch: Branch = { exchange_, chunks_: [], size_: 0 };
    if (bodyUsed || !(body instanceof ReadableStream)) return finish(branch);
    branches.set(response, branch).set(body, branch);
    forgotten.register(body, branch);
  };

  const cancel: Around = (self, _, call) => {
    const branch = branches.get(self as object);
    // A locked stream rejects it.
    if (branch && !(self as ReadableStream).locked) drop(branch, true);
    return call();
  };

  const read = (branch: Branch, { done, value }: ReadableStreamReadResult<Uint8Array>): void => {
    branch.isClosed_ = done;
    if (done) return finish(branch);
    if (branch.size_ < exchanges.limit_) branch.chunks_.push(value.slice(0, exchanges.limit_ - branch.size_));
    branch.size_ += value.length;
  };

  const observeMethod = (name: "text" | "json" | "formData" | "arrayBuffer" | "bytes" | "blob"): (() => void) => {
    // Made of the bytes, which are recorded as they are.
    const isParsed = /^[jft]/.test(name) && isNative(responses[name]);
    return wrap(responses, name, (self, _, call) => {
      const response = self as Response;
      const branch = ignoreErrors(() => {
        const { body, bodyUsed } = response as { body: ReadableStream; bodyUsed: boolean };
        return bodyUsed || body.locked ? undefined : (branches.get(response) ?? branches.get(body));
      });
      return branch
        ? (isParsed ? arrayBuffer.call(response) : (call() as Promise<unknown>)).then(
            (body) => {
              finish(branch, body);
              return isParsed ? call(new Response(body as ArrayBuffer, response)) : body;
            },
            (error: unknown) => {
              fail(branch, error);
              throw error;
            },
          )
        : call();
    });
  };

  const undo = [
    ...(["text", "json", "formData", "arrayBuffer", "bytes", "blob"] as const).map(observeMethod),
    wrap(responses, "clone", (self, _, call) => {
      const copy = call() as Response;
      ignoreErrors(() => {
        const { exchange_ } = branches.get(self as object) as Branch;
        exchange_.branches_ += 1;
        // The browser has divided its stream in two.
        branches.set((self as Response).body as ReadableStream, branches.get(self as object) as Branch);
        addBranch(exchange_, copy);
      });
      return copy;
    }),
    wrap(streams, "getReader", (self, _, call) => {
      const reader = call() as object;
      const branch = branches.get(self as object);
      if (branch) branches.set(reader, branch);
      return reader;
    }),
    wrap(streams, "cancel", cancel),
    wrap(readers, "cancel", cancel),
    wrap(readers, "releaseLock", (self, _, call) => {
      branches.delete(self as object);
      return call();
    }),
    wrap(readers, "read", (self, _, call) => {
      const result = call() as Promise<ReadableStreamReadResult<Uint8Array>>;
      const branch = branches.get(self as object);
      return branch
        ? result.then(
            (step) => {
              ignoreErrors(() => read(branch, step));
              return step;
            },
            (error: unknown) => {
              if (branches.has(self as object)) fail(branch, error);
              throw error;
            },
          )
        : result;
    }),
  ];

  return {
    track_: (exchange, response) => {
      ignoreErrors(() => {
        const { status, headers } = response;
        exchanges.setResponseHead_(exchange, status, headers, headers.get("content-type"));
      });
      addBranch(exchange, response);
    },
    stop_: () => undo.forEach((restore) => restore()),
  };
}
