// Observes the calls of a function of the browser.
import { ignoreErrors } from "../ignore-errors.ts";
import { wrap } from "./wrap.ts";

/** Called before the native function or constructor; may change the arguments, and returns a callback for the result, if any. */
type BeforeCall = (self: unknown, args: unknown[]) => AfterCall | undefined | void;
/** Receives the result, or undefined where the call threw. */
type AfterCall = (result: unknown) => unknown;

/**
 * Wraps `owner[name]` so that the native function is called exactly once per call, with `before` run first. Returns a
 * function that restores the native one. Errors thrown by `before` never reach the page.
 */
export function patch<Owner extends object>(owner: Owner, name: keyof Owner, before: BeforeCall): () => void {
  return wrap(owner, name, (self, args, call) => {
    const after = ignoreErrors(() => before(self, args));
    let result: unknown;
    try {
      return (result = call());
    } finally {
      ignoreErrors(() => after?.(result));
    }
  });
}
