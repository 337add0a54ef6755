// fetch: the page's own call, with its own arguments; what is recorded is a copy.
import { absoluteUrl } from "../options.ts";
import { bodyPayload, isTextType } from "./body.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { pause } from "./pause.ts";
import { patch } from "./patch.ts";
import { bytesPayload, type Payload } from "./payload.ts";

/** A copy that is read holds the connection open, even where the page has lost interest: of a silent one we let go. */
const silence = 10_000;
/** How much earlier than we the page may begin to read. */
const grace = 30;

export function recordFetch(exchanges: Exchanges): () => void {
  return patch(window, "fetch", (call, _, args) => {
    const exchange = begin(exchanges, args);
    const answer = call() as Promise<Response>;
    if (exchange === undefined) return answer;
    // The promise that the page gets is the one it must handle; another one beside it would hide that it did not.
    return answer.then(
      (response) => {
        answered(exchanges, exchange, response);
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

/** Undefined where the arguments make no request: the browser will say so. */
function begin(exchanges: Exchanges, [input, init]: unknown[]): Exchange | undefined {
  const options = (init ?? {}) as RequestInit;
  const request = input instanceof Request ? input : undefined;
  if (request === undefined && !URL.canParse(String(input), document.baseURI)) return undefined;
  const url = request?.url ?? absoluteUrl(input);
  const exchange = exchanges.begin("fetch", url, methodName(options.method ?? request?.method ?? "GET"));
  try {
    if (exchanges.wantsContents(exchange)) keepRequest(exchanges, exchange, request, options);
  } catch {
    // Headers or a body that no request may have.
  }
  return exchange;
}

/** Browsers write these in capitals, and others as they are. */
const methodName = (method: string): string => (/^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method);

function keepRequest(exchanges: Exchanges, exchange: Exchange, request: Request | undefined, { headers, body }: RequestInit): void {
  // An iterator could be read only once, and that is for the browser.
  if (headers instanceof Headers || Array.isArray(headers) || headers?.constructor === Object) exchange.requestHeaders = [...new Headers(headers)];
  else if (request !== undefined) exchange.requestHeaders = [...request.headers];
  const isOwnBody = body === undefined && request !== undefined && !request.bodyUsed && !/^(GET|HEAD)$/.test(request.method);
  const { bodyLimit } = exchanges;
  const own = isOwnBody ? request.clone().blob().then((blob) => bodyPayload(blob, bodyLimit)) : undefined;
  exchanges.keep(exchange, "requestBody", own ?? bodyPayload(body, bodyLimit));
}

function answered(exchanges: Exchanges, exchange: Exchange, response: Response): void {
  exchanges.answered(exchange, response.status, response.headers);
  const copy = exchanges.wantsContents(exchange) ? response.clone().body : null;
  const read = copy === null ? undefined : copyOf(exchanges, copy, response.headers);
  exchanges.keep(exchange, "responseBody", read, () => exchanges.end(exchange));
}

/** Reads a copy to its end, or as far as bodies are kept. */
async function copyOf({ bodyLimit: limit }: Exchanges, copy: ReadableStream<Uint8Array>, headers: Headers): Promise<Payload> {
  const chunks: Uint8Array[] = [];
  // The page first: its answer is not to wait for ours.
  await pause(grace);
  let size = 0;
  const reader = copy.getReader();
  let step = await inTime(reader.read());
  for (; step?.done === false && size <= limit; step = await inTime(reader.read())) {
    chunks.push(step.value);
    size += step.value.length;
  }
  if (!step?.done) reader.cancel().catch(() => undefined);
  const whole = step?.done ? size : Math.max(size + 1, Number(headers.get("content-length")));
  const bytes = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
  return bytesPayload({ size: whole, bytes }, limit, isTextType(headers.get("content-type")));
}

function inTime<Step>(step: Promise<Step>): Promise<Step | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, silence, undefined)));
  return Promise.race([step, late]).finally(() => clearTimeout(timer));
}
