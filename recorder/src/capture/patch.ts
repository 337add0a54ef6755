// Wraps a function of the browser. A proxy keeps its name, its length, and whether it can be
// constructed.
import { ignoreErrors } from "../ignore-errors.ts";
import { replace, restore } from "./replace.ts";

/** Called before the native function or constructor; may change the arguments, and returns a callback for the result, if any. */
type BeforeCall = (self: unknown, args: unknown[]) => AfterCall | undefined | void;
/** Receives the result, or undefined where the call threw; what it returns, unless undefined, replaces the result. */
type AfterCall = (result: unknown) => unknown;

/**
 * Replaces `owner[name]`, its own property, with a proxy that calls the native function exactly once per call, with
 * `before` run first. Returns a function that restores the native one. Errors thrown by `before`
 * never reach the page.
 */
export function patch<Owner extends object>(owner: Owner, name: keyof Owner, before: BeforeCall): () => void {
  const native: unknown = owner[name];
  // Some browser configurations lack it.
  if (typeof native !== "function") return () => undefined;
  let isRemoved = false;
  const run = (self: unknown, args: unknown[], call: () => unknown): unknown => {
    const after = isRemoved ? undefined : ignoreErrors(() => before(self, args));
    let result: unknown;
    let replacement: unknown;
    try {
      result = call();
    } finally {
      replacement = ignoreErrors(() => after?.(result));
    }
    return replacement ?? result;
  };
  const proxy = new Proxy(native, {
    apply: (target, self, args: unknown[]) => run(self, args, () => Reflect.apply(target, self, args)),
    construct: (target, args: unknown[], newTarget) =>
      run(undefined, args, () => Reflect.construct(target, args, newTarget)) as object,
  });
  replace(owner, name, proxy);
  return () => {
    // Where a page has wrapped the proxy since, it stays in the chain and does nothing.
    isRemoved = true;
    restore(owner, name, proxy, native);
  };
}
