// What a page passes to fetch and to Request. The browser reads each part once, and the recorder
// notes what the browser reads.
import { ignoreErrors } from "../ignore-errors.ts";
import { bodyPayload, textOnce } from "./body.ts";
import type { BodyRead } from "./exchanges.ts";
import { patch } from "./patch.ts";
import { replace, restore } from "./replace.ts";
import type { Payload } from "./payload.ts";
import { accessor, dataProperty } from "./wrap.ts";

/** The members of a `RequestInit` that are recorded. */
export interface SeenInit {
  method?: unknown;
  headers?: HeadersInit;
  body?: unknown;
  signal?: AbortSignal | null;
}

/** A body of a request; a stream is left to the browser. */
export interface RequestBody {
  read_: BodyRead;
  isStream_: boolean;
}

export interface RequestBodies {
  /** The body of a request that has not been sent. */
  ofRequest_(request: Request): RequestBody | undefined;
  create_(body: unknown): RequestBody;
  stop_(): void;
}

const { prototype } = Request;
/** Undefined for anything but a Request. */
export const requestUrl = accessor<string>(prototype, "url");
const isUsed = accessor<boolean>(prototype, "bodyUsed");
const methodOf = accessor<string>(prototype, "method");

/** Replaces the options among the arguments of a function of the browser, to see what it reads of them. */
export function observeInit(args: unknown[]): SeenInit {
  const seen: Record<PropertyKey, unknown> = {};
  const init = args[1];
  if (Object(init) !== init) return seen;
  args[1] = new Proxy(
    {},
    {
      get(_, key) {
        const value: unknown = Reflect.get(init as object, key);
        const change = key === "headers" ? copyHeaders : key === "body" ? textOnce : undefined;
        // Where this fails, the browser reports the error.
        return (seen[key] = (change && ignoreErrors(() => change(value))) ?? value);
      },
    },
  );
  return seen;
}

/** What is known of options that are passed to a page's own function, which may read them as it likes. */
export function dataOf(init: unknown): SeenInit {
  const seen: Record<string, unknown> = {};
  for (const name of ["method", "headers", "body", "signal"]) seen[name] = dataProperty(init, name);
  return seen;
}

/** A list that can be read twice, with names as the page writes them; an iterator could be read only once. */
function copyHeaders(headers: unknown): unknown {
  if (headers instanceof Headers) return headers;
  const iterable = headers as Iterable<Iterable<unknown>>;
  if (iterable[Symbol.iterator])
    return Array.from(iterable, (pair) => Array.from(Object(pair) === pair ? pair : [], (part) => `${part as string}`));
  return Object.fromEntries(Object.entries(iterable).map(([name, value]) => [name, `${value as unknown as string}`]));
}

/** Reads the bodies of requests when they are constructed: reading a request would consume it. */
export function recordRequestBodies(limit: number): RequestBodies {
  const { constructor } = prototype;
  const bodies = new WeakMap<Request, RequestBody | undefined>();

  const create = (body: unknown): RequestBody => ({
    isStream_: body instanceof ReadableStream,
    read_: limit ? ignoreErrors(() => bodyPayload(body, limit)) : undefined,
  });

  const ofRequest = (request: Request): RequestBody | undefined => {
    if (bodies.has(request) || !limit) return bodies.get(request);
    if (isUsed(request) || /^(GET|HEAD)$/.test(methodOf(request) as string)) return;
    // Of another frame, or constructed before the recorder started.
    const read = async (): Promise<Payload | undefined> => bodyPayload(await request.clone().blob(), limit);
    return { isStream_: false, read_: read() };
  };

  const undo = [
    patch(window, "Request", (_, args) => {
      const [input] = args;
      const seen = observeInit(args);
      const inherited = requestUrl(input) === undefined ? undefined : ofRequest(input as Request);
      return (request) => {
        if (request) bodies.set(request as Request, seen.body == null ? inherited : create(seen.body));
      };
    }),
    patch(prototype, "clone", (self) => {
      const body = ofRequest(self as Request);
      return (copy) => {
        if (copy) bodies.set(copy as Request, body);
      };
    }),
  ];
  const patched = window.Request;
  replace(prototype, "constructor", patched);
  return {
    create_: create,
    ofRequest_: ofRequest,
    stop_: () => {
      undo.forEach((remove) => remove());
      restore(prototype, "constructor", patched, constructor);
    },
  };
}
