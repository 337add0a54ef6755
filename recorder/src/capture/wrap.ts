// Wraps a function of the browser with one that decides how it is called.
import { isNative as isPlatformNative, method } from "../platform.ts";
import { replace, restore } from "./replace.ts";

/** Calls the wrapped function or constructor, on the page's object unless another is given. */
export type NativeCall = (self?: unknown) => unknown;

/** Decides how a wrapped function is called; it must not throw unless the function does. */
export type Around = (self: unknown, args: unknown[], call: NativeCall) => unknown;

const { apply, construct, getOwnPropertyDescriptor } = Reflect;
const { then } = Promise.prototype;
// Zones replace it on the browser's own class.
const pristineThen = isFullRecorder ? method("Promise", "then") : undefined;

/**
 * Replaces `owner[name]`, its own property, with a proxy, which keeps its name, its length, and whether it can be
 * constructed. Returns a function that restores it.
 */
export function wrap(owner: object, name: PropertyKey, around: Around): () => void {
  const native: unknown = getOwnPropertyDescriptor(owner, name)?.value;
  // Some browsers lack it.
  if (typeof native !== "function") return () => undefined;
  let isRemoved = false;
  const run = (self: unknown, args: unknown[], call: NativeCall): unknown =>
    isRemoved ? call() : around(self, args, call);
  const proxy = new Proxy(native, {
    apply: (target, self, args: unknown[]) =>
      run(self, args, (receiver = self) => apply(target, receiver, args) as unknown),
    construct: (target, args: unknown[], newTarget) =>
      run(undefined, args, () => construct(target, args, newTarget)) as object,
  });
  replace(owner, name, proxy);
  return () => {
    // Where a page has wrapped the proxy since, it stays in the chain and does nothing.
    isRemoved = true;
    restore(owner, name, proxy, native);
  };
}

type Getter = (self: object) => unknown;
type Setter = (self: object, value: unknown) => void;

/** Replaces an accessor of a prototype for good: objects in use may depend on it. */
export function wrapAccessor(
  owner: object,
  name: PropertyKey,
  aroundGet: (self: object, get: Getter) => unknown,
  aroundSet?: (self: object, value: unknown, set: Setter, get: Getter) => void,
): void {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const { get, set } = descriptor ?? {};
  if (!get) return;
  const callGet: Getter = (self) => apply(get, self, []) as unknown;
  const callSet: Setter = (self, value) => set && apply(set, self, [value]);
  const replaced = { ...descriptor, get: new Proxy(get, { apply: (_, self: object) => aroundGet(self, callGet) }) };
  if (set && aroundSet)
    replaced.set = new Proxy(set, { apply: (_, self: object, [value]) => aroundSet(self, value, callSet, callGet) });
  Reflect.defineProperty(owner, name, replaced);
}

/** Whether a function is the browser's own. */
export const isNative = (value: unknown): boolean =>
  isFullRecorder
    ? isPlatformNative(value)
    : typeof value === "function" && /^function \w+\(\) \{\s*\[native/.test(Function.prototype.toString.call(value));

/** An accessor of the browser, as a function of the object; undefined for an object of another class. */
export function accessor<Value>(owner: object, name: PropertyKey): (self: unknown) => Value | undefined {
  const get = getOwnPropertyDescriptor(owner, name)?.get;
  return (self) => {
    // An exception takes longer than all else here.
    if (Object(self) !== self) return undefined;
    try {
      return get && (apply(get, self, []) as Value);
    } catch {
      return undefined;
    }
  };
}

/** A property of a page's object, unless reading it runs code of the page. */
export const dataProperty = (owner: unknown, name: string): unknown =>
  owner instanceof Object ? getOwnPropertyDescriptor(owner, name)?.value : undefined;

/** `Promise.prototype.then`, which a page may have replaced. Throws for anything but a promise of the browser. */
export const onSettled = <Value, Next>(
  promise: unknown,
  onFulfilled: (value: Value) => Next,
  onRejected: (error: unknown) => Next,
): Promise<Awaited<Next>> =>
  (pristineThen?.(promise, onFulfilled, onRejected) ?? apply(then, promise, [onFulfilled, onRejected])) as Promise<
    Awaited<Next>
  >;
