// The browser's own functions and classes, taken once when the recorder loads. Pages replace
// globals, patch prototypes, fake clocks and run in zones: nothing here is looked up again, and
// what a page replaced before the recorder loaded is taken from a fresh frame of the same origin.
//
// The build puts these in the place of the globals, methods and class checks that the recorder and
// rrweb name (`globals.ts`, `build/pristine.mjs`): other modules write `setTimeout`,
// `JSON.stringify`, `list.map` and `instanceof Blob` as usual.

export type AnyFunction = (...args: never[]) => unknown;
/** A method as a function that receives the object first. */
export type UncurriedMethod = (self: unknown, ...args: unknown[]) => unknown;
type Method = (...args: unknown[]) => unknown;
type Realm = Record<PropertyKey, unknown>;

const page = window as unknown as Realm;
const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, setPrototypeOf } = window.Reflect;

const call = (method: unknown, self: unknown, ...args: unknown[]): unknown =>
  apply(method as AnyFunction, self, args as never);
const isObject = (value: unknown): value is object =>
  value !== null && (typeof value === "object" || typeof value === "function");

const prototypeOf = (owner: unknown): unknown =>
  typeof owner === "function" && "prototype" in owner ? owner.prototype : undefined;

/** A function of the browser prints its name; proxies and bound functions print none. */
const nativeSource = /^function [^\s(][^(]*\(\) \{\s*\[native code\]\s*\}$/;
const { exec } = nativeSource;

/** Undefined until it is needed; null where the page may not access a frame. */
let fresh: Realm | null | undefined;
let freshGetters: Realm = {};

let functionToString: unknown = window.Function.prototype.toString;
// Libraries that replace `toString` make their other functions look native with it.
if ("prototype" in (functionToString as object) || ownKeys(functionToString as object).length > 2)
  functionToString = propertyOf(freshRealm()?.["Function"], "toString")?.value ?? functionToString;

/** Whether a value is a function of the browser itself. */
export function isNative(value: unknown): value is AnyFunction {
  return typeof value === "function" && call(exec, nativeSource, call(functionToString, value)) !== null;
}

/**
 * The globals of a frame that existed for a moment. They are copied before the frame is removed,
 * since classes are created when they are first accessed; they work on objects of this page.
 */
function freshRealm(): Realm | undefined {
  if (fresh !== undefined) return fresh ?? undefined;
  fresh = null;
  try {
    const frame = document.createElement("iframe");
    document.documentElement.appendChild(frame);
    const realm = frame.contentWindow as object;
    const copy: Realm = {};
    const getters: Realm = {};
    // Throws in a sandboxed page, whose frames have origins of their own.
    for (const name of ownKeys(realm)) {
      const property = getOwnPropertyDescriptor(realm, name);
      copy[name] = property?.value as unknown;
      getters[name] = property?.get;
    }
    frame.remove();
    fresh = copy;
    freshGetters = getters;
  } catch {
    // What the page has replaced is used as it is.
  }
  return fresh ?? undefined;
}

/** Classes whose instances are of no use when the frame of their class has been removed. */
const boundToDocument =
  /^(Blob|File|Response|FileReader|Performance\w+|AbortController|MessageChannel|EventSource|XMLHttpRequest)$/;

/** A class or function of the browser: the page's, unless the page has replaced it. */
function takeFunction(name: string): unknown {
  const own = page[name];
  if (isNative(own) || own === undefined) return own;
  const recovered = recover(name);
  if (recovered !== undefined || call(exec, boundToDocument, name) !== null) return recovered ?? own;
  const other = freshRealm()?.[name];
  if (typeof other !== "function") return own;
  // A function of another window acts on that window, unless it is called with this one.
  return "prototype" in other ? other : (...args: unknown[]) => call(other, page, ...args);
}

/** A class that the page has replaced, found as one that another inherits from, or as kept by a zone. */
function recover(name: string): unknown {
  if (name === "Promise") return (getPrototypeOf((async () => {})()) as object).constructor;
  for (const key of ownKeys(page)) {
    const value = getOwnPropertyDescriptor(page, key)?.value;
    for (let prototype = prototypeOf(value); isObject(prototype); prototype = getPrototypeOf(prototype)) {
      const owner: unknown = getOwnPropertyDescriptor(prototype, "constructor")?.value;
      if (isNative(owner) && getOwnPropertyDescriptor(owner, "name")?.value === name) return owner;
    }
  }
  return undefined;
}

/** A global of the browser. An object such as `performance` is that of the page, even if the page has replaced it. */
export function take<Name extends keyof typeof globalThis>(name: Name): (typeof globalThis)[Name] {
  type Value = (typeof globalThis)[Name];
  const own = getOwnPropertyDescriptor(page, name);
  // Not every browser has every global.
  if (own === undefined) return page[name] as Value;
  let get: unknown = own.get;
  if (!isNative(get) && typeof own.value !== "function") {
    freshRealm();
    get = freshGetters[name];
  }
  if (typeof get !== "function") return takeFunction(name) as Value;
  try {
    return call(get, page) as Value;
  } catch {
    // Storage of a sandboxed page.
    return undefined as Value;
  }
}

/** A property of `object` or of what it inherits from. */
function propertyOf(object: unknown, name: PropertyKey): PropertyDescriptor | undefined {
  for (let holder = object; isObject(holder); holder = getPrototypeOf(holder)) {
    const property = getOwnPropertyDescriptor(holder, name);
    if (property) return property;
  }
  return undefined;
}

/** A function of a class or namespace, or of the prototype of a class. Undefined in browsers that lack it. */
function nativeMember(owner: string, name: PropertyKey, kind: "value" | "get", isStatic = false): unknown {
  const within = (object: unknown): unknown =>
    propertyOf(isStatic ? object : prototypeOf(object), name)?.[kind] as unknown;
  const object = typeof page[owner] === "function" ? takeFunction(owner) : page[owner];
  const own = within(object);
  if (isNative(own) || (own === undefined && isNative(object))) return own;
  return within(freshRealm()?.[owner]) ?? own;
}

const nativeCall = nativeMember("Function", "call", "value");
const nativeBind = nativeMember("Function", "bind", "value");

/** A static function, such as `Array.from`. Browsers call a bound function as fast as a method. */
export function staticMethod(owner: object, ownerName: string, name: string): AnyFunction {
  const native = nativeMember(ownerName, name, "value", true);
  // Not every browser has every function.
  return (typeof native === "function" ? apply(nativeBind as Method, native, [owner]) : native) as AnyFunction;
}

/** A function that receives its object first. Browsers call a bound `call` as fast as a method. */
const uncurry = (native: unknown): UncurriedMethod =>
  apply(nativeBind as Method, nativeCall, [native]) as UncurriedMethod;

/** A method of the browser as a function that receives the object first. */
export const method = (owner: string, name: PropertyKey): UncurriedMethod =>
  uncurry(nativeMember(owner, name, "value"));

/** Reads a property as the browser defines it, whatever the page has put in front of it. */
export const getter = (owner: string, name: PropertyKey): ((self: unknown) => unknown) =>
  uncurry(nativeMember(owner, name, "get"));

const { isArray } = window.Array;
const isPrototypeOf = nativeMember("Object", "isPrototypeOf", "value");

/** Recognizes objects that inherit from a class. */
function instanceTest(owner: string): (value: unknown) => boolean {
  if (owner === "Array") return isArray;
  if (owner === "Function") return (value) => typeof value === "function";
  const prototype = prototypeOf(takeFunction(owner));
  return (value) => isObject(value) && call(isPrototypeOf, prototype, value) === true;
}

/** Classes of objects remembered per method; those of elements are many. */
const maxKnownPrototypes = 8;

/** Calls a function, as `Reflect.apply`. */
export { apply, getPrototypeOf };

/**
 * Finds the method of a name for an object: the browser's own for instances of `owners`, that of the
 * object for others, such as the recorder's.
 */
export class MethodOfAny {
  readonly #name: string;
  readonly #tests: ((value: unknown) => boolean)[] = [];
  readonly #natives: unknown[] = [];
  readonly #prototypes: unknown[] = [];
  readonly #known: unknown[] = [];
  /** The method of strings. */
  readonly ofText: unknown;

  constructor(name: string, owners: readonly string[]) {
    this.#name = name;
    for (const owner of owners) {
      const native = nativeMember(owner, name, "value");
      if (owner === "String") this.ofText = native;
      else if (native !== undefined) {
        this.#natives[this.#tests.length] = native;
        this.#tests[this.#tests.length] = instanceTest(owner);
      }
    }
  }

  /** The browser's own method for the objects of a prototype; undefined where there is none. */
  ofPrototype(prototype: unknown, self: unknown): unknown {
    for (let index = 0; index < this.#prototypes.length; index += 1)
      if (this.#prototypes[index] === prototype) return this.#known[index];
    let native: unknown;
    for (let index = 0; native === undefined && index < this.#tests.length; index += 1)
      if (this.#tests[index]?.(self)) native = this.#natives[index];
    const { length } = this.#prototypes;
    if (length < maxKnownPrototypes) {
      this.#known[length] = native;
      this.#prototypes[length] = prototype;
    }
    return native;
  }

  /** The method for any value. */
  of(self: unknown): unknown {
    const native =
      typeof self === "string"
        ? this.ofText
        : isObject(self)
          ? this.ofPrototype(getPrototypeOf(self), self)
          : undefined;
    return native ?? (self as Realm)[this.#name];
  }
}

export function methodOfAny(name: string, owners: readonly string[]): UncurriedMethod {
  const methods = new MethodOfAny(name, owners);
  return (self, ...args) => apply(methods.of(self) as Method, self, args);
}

/**
 * Whether a value was created by a class of the browser, in any frame: its `member`, a getter or a
 * method without side effects, throws for all other values.
 */
export function classTest(owner: string, member: string): (value: unknown) => boolean {
  const native = nativeMember(owner, member, "get") ?? nativeMember(owner, member, "value");
  return (value) => {
    if (!isObject(value)) return false;
    try {
      call(native, value, "a");
      return true;
    } catch {
      return false;
    }
  };
}

const objectKeys = nativeMember("Object", "keys", "value", true);
/** Classes whose objects show their named elements in front of their own properties. */
const hidesProperties: Record<string, "form" | "document" | undefined> = {
  HTMLFormElement: "form",
  HTMLDocument: "document",
  XMLDocument: "document",
  Document: "document",
};
const { toStringTag } = window.Symbol;

/** A property that fields of a form, or named elements of a document, may hide. */
export class HidableProperty {
  readonly #name: string;
  readonly #get: unknown;
  readonly #kind: "form" | "document" | "any";

  constructor(owner: string, name: string) {
    this.#name = name;
    this.#get = nativeMember(owner, name, "get");
    this.#kind = owner === "Node" ? "any" : owner === "Document" ? "document" : "form";
  }

  /** Whether objects of a prototype may hide it. */
  isHiddenIn(prototype: object): boolean {
    const kind = hidesProperties[(prototype as Record<symbol, string>)[toStringTag] as string];
    return kind !== undefined && (this.#kind === "any" || this.#kind === kind);
  }

  /** Reads it as the browser defines it where it may be hidden. */
  read(self: object): unknown {
    const prototype = getPrototypeOf(self);
    return prototype && this.isHiddenIn(prototype) ? call(this.#get, self) : (self as Realm)[this.#name];
  }
}

export function propertyGetter(owner: string, name: string): (self: unknown) => unknown {
  const property = new HidableProperty(owner, name);
  return (self) => (isObject(self) ? property.read(self) : (self as Realm)[name]);
}

const jsonStringify = nativeMember("JSON", "stringify", "value", true) as typeof JSON.stringify;
const listPrototype = getPrototypeOf([]) as { toJSON?: unknown };
const objectPrototype = getPrototypeOf({}) as { toJSON?: unknown };

/** `JSON.stringify` without the `toJSON` that old libraries add to all arrays and objects. */
export function stringify(value: unknown, replacer?: null, indent?: number): string {
  // Text has no `toJSON`.
  const isExtended =
    typeof value !== "string" && (listPrototype.toJSON !== undefined || objectPrototype.toJSON !== undefined);
  return jsonStringify(isExtended ? copyWithoutPrototype(value) : value, replacer, indent);
}

function copyWithoutPrototype(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { toJSON } = value as { toJSON?: unknown };
  // A class of its own that has one.
  if (toJSON !== undefined && toJSON !== listPrototype.toJSON && toJSON !== objectPrototype.toJSON) return value;
  const copy: Realm = isArray(value) ? ([] as never) : {};
  setPrototypeOf(copy, null);
  const keys = call(objectKeys, undefined, value) as string[];
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    copy[key] = copyWithoutPrototype((value as Realm)[key]);
  }
  return copy;
}

type Handler = ((value: unknown) => unknown) | undefined;

const nativeThen = nativeMember("Promise", "then", "value");
const isPromise = instanceTest("Promise");

/** `promise.then` outside of zones, which would wait for the recorder's work as for the page's. */
export function then(promise: unknown, onFulfilled?: Handler, onRejected?: Handler): unknown {
  if (isPromise(promise)) return call(nativeThen, promise, onFulfilled, onRejected);
  const subscribe = (): unknown => (promise as PromiseLike<unknown>).then(onFulfilled, onRejected);
  const { Zone } = page as { Zone?: { root?: { run?: (work: () => unknown) => unknown } } };
  return typeof Zone?.root?.run === "function" ? Zone.root.run(subscribe) : subscribe();
}

/** `promise.catch`, which the browser implements with the `then` that it finds. */
export const catchError = (promise: unknown, onRejected: Handler): unknown => then(promise, undefined, onRejected);

export function finallyDo(promise: unknown, onSettled: () => unknown): unknown {
  return then(
    promise,
    async (value) => (await onSettled(), value),
    async (error) => {
      await onSettled();
      throw error;
    },
  );
}

/** `Promise.all`, which the browser implements with the `then` that it finds. */
export async function all(promises: Iterable<unknown>): Promise<unknown[]> {
  const started = [...promises];
  const results: unknown[] = [];
  // One that rejects while an earlier one is awaited is not unhandled.
  for (const promise of started) if (isPromise(promise)) then(promise, undefined, () => undefined);
  for (const promise of started) results[results.length] = await promise;
  return results;
}
