// fetch: the page's own call, with its own arguments; what is recorded is a copy.
import { pageNow } from "../clock.ts";
import { absoluteUrl, methodName } from "../options.ts";
import { bodyPayload, isTextType } from "./body.ts";
import type { BodyRead, Exchange, Exchanges } from "./exchanges.ts";
import { pause } from "./pause.ts";
import { patch } from "./patch.ts";
import { bytesPayload, type Payload } from "./payload.ts";
import { quietly } from "../quietly.ts";

/** A copy that is read holds the connection open, even where the page has lost interest: of a silent one we let go. */
const silence = 10_000;
/** And of one that never ends. */
const longest = 120_000;
/** How much earlier than we the page may begin to read. */
const grace = 30;

export function recordFetch(exchanges: Exchanges): () => void {
  return patch(window, "fetch", (_, args) => {
    const exchange = begin(exchanges, args);
    // The promise that the page gets is the one it must handle; another one beside it would hide that it did not.
    return (answer) =>
      (answer as Promise<Response>).then(
        (response) => {
          quietly(() => answered(exchanges, exchange, response));
          return response;
        },
        (error: unknown) => {
          exchanges.fail(exchange, error);
          exchanges.end(exchange);
          throw error;
        },
      );
  });
}

/** Throws where the arguments make no request: the browser will say so. */
function begin(exchanges: Exchanges, args: unknown[]): Exchange {
  const [input, init] = args;
  const options = (init ?? {}) as RequestInit;
  // One of another frame is no instance of our own.
  const request = (input as Request | undefined)?.clone ? (input as Request) : undefined;
  // An address becomes a string once only.
  if (!request && args.length) args[0] = `${input as string}`;
  const url = absoluteUrl(request?.url ?? args[0]);
  const exchange = exchanges.begin("fetch", url, methodName(options.method ?? request?.method ?? "GET"));
  quietly(() => {
    if (exchanges.wantsContents(exchange)) keepRequest(exchanges, exchange, request, options);
  });
  return exchange;
}

function keepRequest(
  exchanges: Exchanges,
  exchange: Exchange,
  request: Request | undefined,
  { headers, body }: RequestInit,
): void {
  // An iterator could be read only once, and that is for the browser.
  const isReadable = headers instanceof Headers || Array.isArray(headers) || headers?.constructor === Object;
  exchange.requestHeaders = new Headers(isReadable ? headers : request?.headers);
  const isOwnBody = body === undefined && request && !request.bodyUsed && !/^(GET|HEAD)$/.test(request.method);
  exchanges.keep(exchange, /* @__KEY__ */ "requestBody", (limit) =>
    isOwnBody ? ownBody(request, limit) : bodyPayload(body, limit),
  );
}

function ownBody(message: Request | Response, limit: number): BodyRead {
  const copy = message.clone();
  if (copy.body) return copyOf(copy.body, copy.headers, limit);
  // Firefox has no stream of a request's.
  return copy.body === null ? undefined : copy.blob().then((blob) => bodyPayload(blob, limit));
}

function answered(exchanges: Exchanges, exchange: Exchange, response: Response): void {
  // What a page has set in place of the browser's may answer with anything, or with what is read already.
  quietly(() => exchanges.answered(exchange, response.status, response.headers));
  exchanges.keep(
    exchange,
    /* @__KEY__ */ "responseBody",
    (limit) => ownBody(response, limit),
    () => exchanges.end(exchange),
  );
}

/** Reads a copy to its end, or as far as bodies are kept; how long it is in whole is known only at its end. */
async function copyOf(copy: ReadableStream<Uint8Array>, headers: Headers, limit: number): Promise<Payload> {
  const chunks: Uint8Array[] = [];
  const until = pageNow() + longest;
  // The page first: its answer is not to wait for ours.
  await pause(grace);
  let size = 0;
  const reader = copy.getReader();
  let step = await inTime(reader.read());
  for (; step?.done === false && size <= limit && pageNow() < until; step = await inTime(reader.read())) {
    chunks.push(step.value);
    size += step.value.length;
  }
  const bytes = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
  const payload = bytesPayload(
    { size: step?.done ? size : Infinity, bytes },
    limit,
    isTextType(headers.get("content-type")),
  );
  if (step?.done) return payload;
  delete payload.size;
  reader.cancel().catch(() => undefined);
  return payload;
}

function inTime<Step>(step: Promise<Step>): Promise<Step | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, silence, undefined)));
  return Promise.race([step, late]).finally(() => clearTimeout(timer));
}
