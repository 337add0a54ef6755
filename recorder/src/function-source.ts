// A proxy of a function prints no name. Functions that the recorder replaces print what the
// browser's functions print, as everything else about them is the same.
import { take } from "./platform.ts";

const NativeProxy = /* @__PURE__ */ take("Proxy");
const { apply, defineProperty, getOwnPropertyDescriptor } = window.Reflect;
const NativeWeakMap = /* @__PURE__ */ take("WeakMap");
const replaced = /* @__PURE__ */ new NativeWeakMap<object, object>();
const { get, set } = replaced;

const originalOf = (value: object): object => {
  const original = apply(get, replaced, [value]);
  return original ? originalOf(original) : value;
};

let isInstalled = false;

/** Makes `Function.prototype.toString`, which prints itself too, print the originals. */
function install(): void {
  isInstalled = true;
  const { prototype } = window.Function;
  const property = getOwnPropertyDescriptor(prototype, "toString");
  const toString: unknown = property?.value;
  if (typeof toString !== "function") return;
  const value = new NativeProxy(toString, {
    apply: (target, self: object, args) => apply(target, originalOf(self), args) as unknown,
  });
  apply(set, replaced, [value, toString]);
  // A page may have frozen it.
  defineProperty(prototype, "toString", { ...property, value });
}

/** The build puts this class in the place of `Proxy`. */
export const PrintingProxy = class {
  constructor(target: object, handler: ProxyHandler<object>) {
    const proxy = new NativeProxy(target, handler);
    if (typeof target === "function") {
      if (!isInstalled) install();
      apply(set, replaced, [proxy, target]);
    }
    return proxy;
  }
} as unknown as ProxyConstructor;
