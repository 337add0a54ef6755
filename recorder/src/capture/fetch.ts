// fetch: the page's call is passed on with its own arguments; a copy of the response is recorded.
import { pageNow } from "../clock.ts";
import { absoluteUrl, methodName } from "../options.ts";
import { bodyPayload } from "./body.ts";
import type { BodyRead, Exchange, Exchanges } from "./exchanges.ts";
import { pause } from "./pause.ts";
import { patch } from "./patch.ts";
import { bytesPayload, type Payload } from "./payload.ts";
import { ignoreErrors } from "../ignore-errors.ts";

/** Reading a copy keeps the connection open even if the page has dropped the response: stop after this long without data. */
const idleTimeoutMs = 10_000;
/** Stop reading a response that never ends. */
const maxReadMs = 120_000;
/** Head start of the page's own reader. */
const readDelayMs = 30;

export function recordFetch(exchanges: Exchanges): () => void {
  return patch(window, "fetch", (_, args) => {
    const exchange = begin(exchanges, args);
    // The page gets the derived promise: a second one derived from its promise would hide an
    // unhandled rejection.
    return (result) =>
      (result as Promise<Response>).then(
        (response) => {
          ignoreErrors(() => onResponse(exchanges, exchange, response));
          return response;
        },
        (error: unknown) => {
          exchanges.fail_(exchange, error);
          exchanges.finish_(exchange);
          throw error;
        },
      );
  });
}

/** Throws where the arguments make no valid request; the browser's own call then reports the error. */
function begin(exchanges: Exchanges, args: unknown[]): Exchange {
  const [input, init] = args;
  const options = (init ?? {}) as RequestInit;
  // Duck typing, since a Request of another frame is not an instance of this frame's class.
  const request = (input as Request | undefined)?.clone ? (input as Request) : undefined;
  // Convert the URL to a string exactly once: toString may have side effects.
  if (!request && args.length) args[0] = `${input as string}`;
  const url = absoluteUrl(request?.url ?? args[0]);
  const exchange = exchanges.begin_("fetch", url, methodName(options.method ?? request?.method ?? "GET"));
  ignoreErrors(() => {
    if (exchanges.wantsContents_(exchange)) captureRequest(exchanges, exchange, request, options);
  });
  return exchange;
}

function captureRequest(
  exchanges: Exchanges,
  exchange: Exchange,
  request: Request | undefined,
  { headers, body }: RequestInit,
): void {
  // An iterator can be consumed only once, which is left to the browser.
  const isReadable = headers instanceof Headers || Array.isArray(headers) || headers?.constructor === Object;
  exchange.requestHeaders_ = new Headers(isReadable ? headers : request?.headers);
  const usesRequestBody = body === undefined && request && !request.bodyUsed && !/^(GET|HEAD)$/.test(request.method);
  exchanges.captureBody_(exchange, /* @__KEY__ */ "requestBody_", (limit) =>
    usesRequestBody ? readMessage(request, limit) : bodyPayload(body, limit),
  );
}

function readMessage(message: Request | Response, limit: number): BodyRead {
  const copy = message.clone();
  if (copy.body) return readStream(copy.body, copy.headers, limit);
  // Firefox does not expose a request's body as a stream.
  return copy.body === null ? undefined : copy.blob().then((blob) => bodyPayload(blob, limit));
}

function onResponse(exchanges: Exchanges, exchange: Exchange, response: Response): void {
  // A fetch replaced by the page may return anything, also a response that has been read.
  ignoreErrors(() => exchanges.setResponseHead_(exchange, response.status, response.headers));
  exchanges.captureBody_(
    exchange,
    /* @__KEY__ */ "responseBody_",
    (limit) => readMessage(response, limit),
    () => exchanges.finish_(exchange),
  );
}

/** Reads a copied stream to its end or to `limit` bytes; the total size is known only at its end. */
async function readStream(copy: ReadableStream<Uint8Array>, headers: Headers, limit: number): Promise<Payload> {
  const chunks: Uint8Array[] = [];
  const deadline = pageNow() + maxReadMs;
  // Let the page read first, so that recording does not delay it.
  await pause(readDelayMs);
  let size = 0;
  const reader = copy.getReader();
  let step = await withIdleTimeout(reader.read());
  for (; step?.done === false && size <= limit && pageNow() < deadline; step = await withIdleTimeout(reader.read())) {
    chunks.push(step.value);
    size += step.value.length;
  }
  const bytes = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
  const payload = bytesPayload({ size: step?.done ? size : Infinity, bytes }, limit, headers.get("content-type"));
  if (step?.done) return payload;
  delete payload.size;
  reader.cancel().catch(() => undefined);
  return payload;
}

function withIdleTimeout<Step>(step: Promise<Step>): Promise<Step | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const timeout = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, idleTimeoutMs, undefined)));
  return Promise.race([step, timeout]).finally(() => clearTimeout(timer));
}
