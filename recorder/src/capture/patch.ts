// Puts a function of ours around one of the browser's. A proxy keeps its name, its length, and that it cannot be constructed.
import { quietly } from "../quietly.ts";

/** Called before the browser's own, a function or a constructor; may change the arguments, and returns what is to be called after it, if anything. */
type Around = (self: unknown, args: unknown[]) => After | undefined | void;
/** Gets the result, or undefined where the call threw; what it returns, unless that is undefined, the page gets instead. */
type After = (result: unknown) => unknown;

/**
 * Calls the browser's own `owner[name]` exactly once in each call, with `around` around it; returns what puts it back.
 * Whatever goes wrong in `around`, the page's call must not notice.
 */
export function patch<Owner extends object>(owner: Owner, name: keyof Owner, around: Around): () => void {
  const native: unknown = owner[name];
  // Some browsers are set to do without it.
  if (typeof native !== "function") return () => undefined;
  let isOver = false;
  const run = (self: unknown, args: unknown[], call: () => unknown): unknown => {
    const after = isOver ? undefined : quietly(() => around(self, args));
    let result: unknown;
    let changed: unknown;
    try {
      result = call();
    } finally {
      changed = quietly(() => after?.(result));
    }
    return changed ?? result;
  };
  const ours = new Proxy(native, {
    apply: (target, self, args: unknown[]) => run(self, args, () => Reflect.apply(target, self, args)),
    construct: (target, args: unknown[], newTarget) =>
      run(undefined, args, () => Reflect.construct(target, args, newTarget)) as object,
  });
  owner[name] = ours as Owner[keyof Owner];
  return () => {
    // Where a page has set something over ours since, ours stays under it and does nothing.
    isOver = true;
    if (owner[name] === ours) owner[name] = native as Owner[keyof Owner];
  };
}
