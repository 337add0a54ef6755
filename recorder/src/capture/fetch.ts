// fetch: the page's own call, with its own arguments; what is recorded is a copy.
import { requestPayload, isTextType, decodedPayload } from "./body.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { patch } from "./patch.ts";
import { binaryPayload, type Payload } from "./payload.ts";

/** A copy that is read holds the connection open, even where the page has lost interest: of a silent one we let go. */
const silence = 10_000;

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
        fail(exchange, error);
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
  const url = request?.url ?? absolute(String(input));
  if (url === undefined) return undefined;
  const exchange = exchanges.begin("fetch", url, methodName(options.method ?? request?.method ?? "GET"));
  try {
    if (exchanges.wantsContents(exchange)) keepRequest(exchanges, exchange, request, options);
  } catch {
    // Headers or a body that no request may have.
  }
  return exchange;
}

function absolute(url: string): string | undefined {
  return URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI).href : undefined;
}

/** Browsers write these in capitals, and others as they are. */
const methodName = (method: string): string => (/^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method);

function keepRequest(exchanges: Exchanges, exchange: Exchange, request: Request | undefined, { headers, body }: RequestInit): void {
  // An iterator could be read only once, and that is for the browser.
  if (headers instanceof Headers || Array.isArray(headers) || headers?.constructor === Object) exchange.requestHeaders = [...new Headers(headers)];
  else if (request !== undefined) exchange.requestHeaders = [...request.headers];
  const payload =
    body === undefined && request !== undefined && !request.bodyUsed && !/^(GET|HEAD)$/.test(request.method)
      ? copyOf(exchanges, request.clone(), request.headers)
      : requestPayload(body, exchanges.bodyLimit);
  if (!(payload instanceof Promise)) keep(exchange, payload);
  else void exchanges.read(payload.then((read) => keep(exchange, read)));
}

function keep(exchange: Exchange, payload: Payload | undefined): void {
  if (payload !== undefined) exchange.requestBody = payload;
}

function answered(exchanges: Exchanges, exchange: Exchange, response: Response): void {
  exchange.status = response.status;
  exchange.mimeType = response.headers.get("content-type")?.split(";")[0] ?? "";
  if (!exchanges.wantsContents(exchange) || response.body === null) return exchanges.end(exchange);
  exchange.responseHeaders = [...response.headers];
  const reading = copyOf(exchanges, response.clone(), response.headers).then(
    (payload) => {
      exchange.responseBody = payload;
    },
    (error: unknown) => fail(exchange, error),
  );
  void exchanges.read(reading).then(() => exchanges.end(exchange));
}

/** Reads a copy to its end, or as far as bodies are kept. */
async function copyOf(exchanges: Exchanges, copy: Request | Response, headers: Headers): Promise<Payload> {
  const limit = exchanges.bodyLimit;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = copy.body?.getReader() ?? new Response(await copy.blob()).body?.getReader();
  let isOver = reader === undefined;
  while (!isOver && size <= limit) {
    const step = await inTime(reader?.read());
    if (step?.done === false) {
      chunks.push(step.value);
      size += step.value.length;
      continue;
    }
    isOver = step !== undefined;
    break;
  }
  if (!isOver) reader?.cancel().catch(() => undefined);
  const whole = isOver ? size : Math.max(size + 1, Number(headers.get("content-length")));
  const bytes = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()).subarray(0, limit);
  return isTextType(headers.get("content-type") ?? "") ? decodedPayload(bytes, whole) : binaryPayload({ size: whole, bytes }, limit);
}

function inTime<Step>(step: Promise<Step> | undefined): Promise<Step | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, silence, undefined)));
  return Promise.race([step, late]).finally(() => clearTimeout(timer));
}

function fail(exchange: Exchange, error: unknown): void {
  exchange.outcome = (error as Error | undefined)?.name === "AbortError" ? "canceled" : "failed";
  exchange.error = String(error);
}
