// Inspects values of the page without running its code: no getter is called, no trap of a proxy, and
// no method that a page has replaced.
import { getter, isNative, method } from "../platform.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { patch } from "./patch.ts";

const { getOwnPropertyDescriptor } = Reflect;

/** Steps up a prototype chain. */
const maxPrototypes = 50;

/** The target of each proxy that was created while recording. */
const targets = new WeakMap<object, object>();
const getTarget = method("WeakMap", "get");
const setTarget = method("WeakMap", "set");

/** Records the targets of proxies: scripts cannot recognize a proxy otherwise without calling its traps. */
export function trackProxies(): () => void {
  const page = window as unknown as { Proxy: ProxyConstructor };
  const native = page.Proxy;
  // Pages create many proxies: this does no more than needed for each.
  const tracking = new Proxy(native, {
    construct: (_, args: [object, object], newTarget) => {
      const proxy = Reflect.construct(native, args, newTarget) as object;
      setTarget(targets, proxy, args[0]);
      return proxy;
    },
  });
  ignoreErrors(() => (page.Proxy = tracking));
  const restoreRevocable = patch(native, "revocable", (_, [target]) => (result) => {
    const { proxy } = (result ?? {}) as { proxy?: object };
    if (proxy !== undefined) setTarget(targets, proxy, target);
  });
  return () => {
    restoreRevocable();
    if (page.Proxy === tracking) page.Proxy = native;
  };
}

/** The target of a proxy, through any number of proxies; null where it is not known. Other objects are returned. */
export function withoutProxy(value: object): object | null {
  let object = value;
  for (let step = 0; step < maxPrototypes; step += 1) {
    try {
      // Throws for a revoked proxy, and calls no trap.
      Array.isArray(object);
    } catch {
      return null;
    }
    const target = getTarget(targets, object) as object | undefined;
    if (target === undefined) return object;
    object = target;
  }
  return null;
}

const isProxy = (value: object): boolean => withoutProxy(value) !== value;

/** The descriptor of a property of an object or of what it inherits from. */
function findProperty(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  let holder: object | null = object;
  for (let step = 0; holder !== null && step < maxPrototypes && !isProxy(holder); step += 1) {
    const property = Object.getOwnPropertyDescriptor(holder, key);
    if (property !== undefined) return property;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}

/** The value of a property that is not a getter, also an inherited one. */
export const dataProperty = (object: object, key: PropertyKey): unknown => findProperty(object, key)?.value;

/** A property's value, or the word for a getter, which is not called. */
export function ownProperty(object: object, key: PropertyKey): unknown {
  const property = getOwnPropertyDescriptor(object, key);
  return property?.get === undefined ? property?.value : "(getter)";
}

/** The name of a function; empty where it has none. */
export function functionName(value: object): string {
  const target = withoutProxy(value);
  const name = target === null ? "" : ownProperty(target, "name");
  return typeof name === "string" ? name : "";
}

const arrayTag = getter("Uint8Array", Symbol.toStringTag);

/** The name of an object's class. */
export function className(value: object): string {
  const tag = dataProperty(value, Symbol.toStringTag) ?? arrayTag(value);
  if (typeof tag === "string") return tag;
  const constructor = dataProperty(value, "constructor");
  return (typeof constructor === "function" && functionName(constructor)) || "Object";
}

const { isError } = Error as unknown as { isError?: (value: unknown) => boolean };

/** Whether a value is an error of this frame, or of any frame where the browser has `Error.isError`. */
export function isErrorObject(value: object): boolean {
  if (isError?.(value)) return true;
  let holder: object | null = value;
  for (let step = 0; holder !== null && step < maxPrototypes && !isProxy(holder); step += 1) {
    if (holder === Error.prototype) return true;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return false;
}

const exceptionName = getter("DOMException", "name");
const exceptionMessage = getter("DOMException", "message");

/** `name: message` of an error. */
export function errorTitle(error: object): string {
  const text = (key: "name" | "message", read: (self: unknown) => unknown): string => {
    const property = findProperty(error, key);
    if (property?.get !== undefined) return (ignoreErrors(() => read(error)) as string | undefined) ?? "(getter)";
    return typeof property?.value === "string" ? property.value : "";
  };
  const message = text("message", exceptionMessage);
  return (text("name", exceptionName) || "Error") + (message && `: ${message}`);
}

const hasFormatter = (): boolean => Object.getOwnPropertyDescriptor(Error, "prepareStackTrace") !== undefined;

/** Browsers define the stack as a property of each error, as a getter of each, or as one of all. */
const stackGetter = (
  Object.getOwnPropertyDescriptor(new Error(), "stack") ?? Object.getOwnPropertyDescriptor(Error.prototype, "stack")
)?.get;

/**
 * The stack of an error of the page. Undefined while the page formats stacks itself: V8 calls its
 * `Error.prepareStackTrace` when a stack is first read, and never again.
 */
export function stackOf(error: unknown): string | undefined {
  const object = typeof error === "object" && error !== null ? withoutProxy(error) : null;
  if (object === null || !isErrorObject(object)) return undefined;
  const property = findProperty(object, "stack");
  const isNativeGetter = property?.get !== undefined && property.get === stackGetter;
  if (hasFormatter() && (isNativeGetter || stackGetter === undefined)) return undefined;
  const stack: unknown = isNativeGetter
    ? ignoreErrors(() => Reflect.apply(property.get as () => unknown, object, []))
    : property?.value;
  return typeof stack === "string" ? stack : undefined;
}

type CaptureStack = (holder: object, above: unknown) => void;
const { captureStackTrace } = Error as unknown as { captureStackTrace?: CaptureStack };
const captureStack = isNative(captureStackTrace) ? captureStackTrace : undefined;

/** Whether `currentStack` omits the function that it is given, and what that has called. */
export const omitsFrames = captureStack !== undefined;

/** Frames that are enough for the page's, and for the recorder's own where they are not omitted. */
const minStackFrames = omitsFrames ? 10 : 20;

/** The stack of this call above a function, whatever V8's settings by the page are. */
export function currentStack(above: unknown, minFrames = minStackFrames): string {
  const settings = Error as unknown as Record<string, unknown>;
  const formatter = getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const limit = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  const isLimited = limit?.writable === true && !(Number(limit.value) >= minFrames);
  if (formatter !== undefined && formatter.writable !== true) return "";
  try {
    if (isLimited) settings["stackTraceLimit"] = minFrames;
    if (formatter !== undefined) settings["prepareStackTrace"] = undefined;
    const holder: { stack?: unknown } = captureStack === undefined ? new Error() : {};
    captureStack?.(holder, above);
    const { stack } = holder;
    return typeof stack === "string" ? stack : "";
  } finally {
    if (isLimited) settings["stackTraceLimit"] = limit.value;
    if (formatter !== undefined) settings["prepareStackTrace"] = formatter.value;
  }
}

const readers = {
  date: method("Date", "toISOString"),
  time: method("Date", "getTime"),
  source: getter("RegExp", "source"),
  href: getter("URL", "href"),
  localName: getter("Element", "localName"),
  attribute: method("Element", "getAttribute"),
  nodeType: getter("Node", "nodeType"),
  eventType: getter("Event", "type"),
  bufferLength: getter("ArrayBuffer", "byteLength"),
  arrayLength: getter("Uint8Array", "byteLength"),
  viewLength: getter("DataView", "byteLength"),
};

const flags = Object.entries({
  d: "hasIndices",
  g: "global",
  i: "ignoreCase",
  m: "multiline",
  s: "dotAll",
  u: "unicode",
  v: "unicodeSets",
  y: "sticky",
}).map(([flag, name]) => [flag, getter("RegExp", name)] as const);

/** Each returns a text for objects of one class, and throws for all others. */
const summaries: ((value: object) => string)[] = [
  (value) => {
    const id = readers.attribute(value, "id") as string | null;
    return `<${readers.localName(value) as string}${id ? ` id="${id}"` : ""}>`;
  },
  (value) => (Number.isNaN(readers.time(value)) ? "Invalid Date" : (readers.date(value) as string)),
  (value) => {
    const source = readers.source(value) as string;
    return `/${source}/${flags.map(([flag, read]) => (ignoreErrors(() => read(value)) ? flag : "")).join("")}`;
  },
  (value) => readers.href(value) as string,
  (value) => (readers.nodeType(value), className(value)),
  (value) => (readers.eventType(value), className(value)),
  (value) => `${className(value)}(${readers.bufferLength(value) as number} bytes)`,
];

/** Text for objects that are written in one line, regardless of their properties. `value` is not a proxy. */
export function summaryOf(value: object): string | undefined {
  if (ArrayBuffer.isView(value)) {
    const length = ignoreErrors(() => readers.arrayLength(value)) ?? ignoreErrors(() => readers.viewLength(value));
    return `${className(value)}(${length as number} bytes)`;
  }
  if (value === window) return "Window";
  const tag = dataProperty(value, Symbol.toStringTag);
  if (tag === "Promise") return tag;
  for (const summarize of summaries) {
    const summary = ignoreErrors(() => summarize(value));
    if (summary !== undefined) return summary;
  }
  return undefined;
}

const mapSize = getter("Map", "size");
const setSize = getter("Set", "size");
const mapEntries = method("Map", "entries");
const setValues = method("Set", "values");

/** The first entries of a map or a set: copying all could exceed a page's memory. */
export interface Collection {
  size: number;
  isMap: boolean;
  entries: unknown[];
}

/** The contents of a map or a set; undefined for other objects. */
export function collectionOf(value: object, maxEntries: number): Collection | undefined {
  for (const [sizeOf, iterate, isMap] of [
    [mapSize, mapEntries, true],
    [setSize, setValues, false],
  ] as const) {
    const size = ignoreErrors(() => sizeOf(value)) as number | undefined;
    if (size === undefined) continue;
    const entries: unknown[] = [];
    for (const entry of iterate(value) as Iterable<unknown>) if (entries.push(entry) >= maxEntries) break;
    return { size, isMap, entries };
  }
  return undefined;
}
