// Wraps a function of the browser. A proxy keeps its name, its length, and whether it can be
// constructed.
import { ignoreErrors } from "../ignore-errors.ts";
import { replace, restore } from "./replace.ts";

const { apply, construct } = Reflect;

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
  const finish = (after: AfterCall, call: () => unknown): unknown => {
    let result: unknown;
    let replacement: unknown;
    try {
      result = call();
    } finally {
      replacement = ignoreErrors(() => after(result));
    }
    return replacement ?? result;
  };
  const start = (self: unknown, args: unknown[]): AfterCall | undefined | void =>
    isRemoved ? undefined : ignoreErrors(() => before(self, args));
  // Called directly where nothing follows: a debugger reads all frames of a call of the console.
  const proxy = new Proxy(native, {
    apply: (target, self, args: unknown[]) => {
      const after = start(self, args);
      return after ? finish(after, () => apply(target, self, args)) : (apply(target, self, args) as unknown);
    },
    construct: (target, args: unknown[], newTarget) => {
      const after = start(undefined, args);
      const call = (): unknown => construct(target, args, newTarget);
      return (after ? finish(after, call) : call()) as object;
    },
  });
  replace(owner, name, proxy);
  return () => {
    // Where a page has wrapped the proxy since, it stays in the chain and does nothing.
    isRemoved = true;
    restore(owner, name, proxy, native);
  };
}
