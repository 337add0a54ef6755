// Console arguments as JSON, bounded in depth, entries and text. No code of the page runs.
import { ignoreErrors } from "../ignore-errors.ts";
import {
  className,
  collectionOf,
  dataProperty,
  errorTitle,
  functionName,
  isErrorObject,
  ownProperty,
  summaryOf,
  withoutProxy,
} from "./inspect.ts";

/** Characters. */
const maxText = 10_000;
const maxDepth = 4;
/** Per object or array. */
const maxEntries = 100;
/** Values in total, which bounds wide and deep objects. */
const maxValues = 1000;
/** Errors of an aggregate error. */
const maxErrors = 10;

export function serializeArgs(args: readonly unknown[], redact: (text: string) => string): unknown[] {
  const serializer = new ArgumentSerializer();
  // An argument that cannot be read does not hide the others.
  return args.slice(0, maxEntries).map((arg) => orUnreadable(() => redacted(serializer.serialize(arg, 0), redact)));
}

function orUnreadable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return "(unreadable)";
  }
}

/** The cause and the errors of an error as text; empty if it has none. */
export function describeCauses(error: unknown, redact: (text: string) => string): string {
  const object = typeof error === "object" && error !== null ? withoutProxy(error) : null;
  if (object === null || !isErrorObject(object)) return "";
  return redact(ignoreErrors(() => new ArgumentSerializer().causes(object, 0)) ?? "")
    .toWellFormed()
    .trim();
}

/** Redacts an object as JSON text, so that credential keys are found as in any body. */
function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  const json = JSON.stringify(value);
  const text = redact(json);
  if (text === json) return value;
  // A redaction that crosses the end of a value leaves invalid JSON, which is kept as text.
  return ignoreErrors(() => JSON.parse(text) as unknown) ?? text;
}

class ArgumentSerializer {
  readonly #ancestors = new Set<object>();
  #remainingValues = maxValues;

  serialize(value: unknown, depth: number): unknown {
    this.#remainingValues -= 1;
    if (typeof value === "string") return truncate(value);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "function") return `ƒ ${functionName(value)}`;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return String(value);
    if (typeof value !== "object") return "undefined";
    const object = withoutProxy(value);
    if (object === null) return "(revoked proxy)";
    return typeof object === "function" ? `ƒ ${functionName(object)}` : this.#object(object, depth);
  }

  #object(value: object, depth: number): unknown {
    if (this.#ancestors.has(value)) return "(circular)";
    const isList = Array.isArray(value);
    const isPlain = isList || isPlainObject(value);
    const isTooDeep = depth >= maxDepth || this.#remainingValues <= 0;
    this.#ancestors.add(value);
    try {
      if (!isPlain) {
        if (isErrorObject(value)) return truncate(errorTitle(value) + this.causes(value, depth));
        const summary = summaryOf(value);
        if (summary !== undefined) return truncate(summary);
      }
      if (isTooDeep) return isList ? `Array(${value.length})` : `${className(value)} {…}`;
      return isList ? this.#array(value, depth) : this.#contents(value, depth, isPlain);
    } finally {
      this.#ancestors.delete(value);
    }
  }

  /** Lines about the cause of an error and the errors that it consists of. */
  causes(error: object, depth: number): string {
    if (depth >= maxDepth) return "";
    const text = (value: unknown): string => {
      const serialized = this.serialize(value, depth + 1);
      return typeof serialized === "string" ? serialized : JSON.stringify(serialized);
    };
    const cause = dataProperty(error, "cause");
    const errors = dataProperty(error, "errors");
    const list = Array.isArray(errors) ? errors : [];
    const lines = Array.from({ length: Math.min(list.length, maxErrors) }, (_, index) =>
      text(ownProperty(list, index)),
    );
    return [...lines.map((line) => `\n- ${line}`), cause === undefined ? "" : `\nCaused by: ${text(cause)}`].join("");
  }

  #array(list: readonly unknown[], depth: number): unknown[] {
    const items = Array.from({ length: Math.min(list.length, maxEntries) }, (_, index) => ownProperty(list, index));
    return this.#list(items, list.length, depth);
  }

  #contents(value: object, depth: number, isPlain: boolean): unknown {
    const collection = isPlain ? undefined : collectionOf(value, maxEntries);
    if (collection !== undefined) {
      const { entries, size, isMap } = collection;
      if (!isMap) return this.#list(entries, size, depth);
      return this.#entries(entries as [unknown, unknown][], size, depth);
    }
    const keys = Object.keys(value);
    const entries = keys.slice(0, maxEntries).map((key): [unknown, unknown] => [key, ownProperty(value, key)]);
    return this.#entries(entries, keys.length, depth);
  }

  #list(values: unknown[], length: number, depth: number): unknown[] {
    const items = values.map((value) => this.#item(value, depth));
    return length > maxEntries ? [...items, `… ${length - maxEntries} more`] : items;
  }

  #entries(all: [unknown, unknown][], length: number, depth: number): unknown {
    const entries = all.map(([key, entry]) => [this.#key(key, depth), this.#item(entry, depth)] as const);
    if (length > maxEntries) entries.push(["…", `${length - maxEntries} more`]);
    return Object.fromEntries(entries);
  }

  #item(value: unknown, depth: number): unknown {
    return orUnreadable(() => this.serialize(value, depth + 1));
  }

  /** A key of a map may be any value. */
  #key(key: unknown, depth: number): string {
    const serialized = typeof key === "string" ? key : this.#item(key, depth);
    return typeof serialized === "string" ? serialized : JSON.stringify(serialized);
  }
}

const truncate = (text: string): string => (text.length > maxText ? `${text.slice(0, maxText)}…` : text).toWellFormed();

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
