// Puts a function of ours over one of the browser's. A proxy keeps its name, its length, and that it cannot be constructed.

type Callable = (...args: never[]) => unknown;

/** Calls `around` in place of `owner[name]`; returns what puts the browser's own back. */
export function patch<Owner extends object>(
  owner: Owner,
  name: keyof Owner,
  around: (call: (args?: unknown[]) => unknown, self: unknown, args: unknown[]) => unknown,
): () => void {
  const native = owner[name] as Callable;
  const ours = new Proxy(native, {
    apply: (target, self: unknown, args: unknown[]) => around((changed = args) => Reflect.apply(target, self, changed) as unknown, self, args),
  });
  owner[name] = ours as Owner[keyof Owner];
  return () => {
    if (owner[name] === (ours as unknown)) owner[name] = native as Owner[keyof Owner];
  };
}
