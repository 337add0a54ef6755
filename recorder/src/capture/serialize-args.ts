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

/** The arguments as the JSON text of a list. */
export function argsJson(args: readonly unknown[], redact: (text: string) => string): string {
  const serializer = new ArgumentSerializer();
  let json = "";
  for (let index = 0; index < args.length && index < maxEntries; index += 1) {
    if (index > 0) json += ",";
    // An argument that cannot be read does not hide the others.
    try {
      json += redactedJson(serializer.serialize(args[index], 0), redact);
    } catch {
      json += JSON.stringify(unreadable);
    }
  }
  return `[${json}]`;
}

const unreadable = "(unreadable)";
const moreThan = (size: number): string => `… ${size - maxEntries} more`;

const { defineProperty } = Reflect;
const { prototype: objects } = Object;

/** Adds a property to an object of the recorder. A page may have put a setter of that name on all objects. */
function define(object: object, key: string, value: unknown): void {
  if (key in objects) defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else (object as Record<string, unknown>)[key] = value;
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
function redactedJson(value: unknown, redact: (text: string) => string): string {
  if (typeof value === "string") return JSON.stringify(redact(value));
  const json = JSON.stringify(value);
  if (typeof value !== "object" || value === null) return json;
  const text = redact(json);
  // A redaction that crosses the end of a value leaves invalid JSON, which is kept as text.
  const isValid = text === json || ignoreErrors(() => JSON.parse(text) as unknown) !== undefined;
  return isValid ? text : JSON.stringify(text);
}

class ArgumentSerializer {
  /** Objects that contain the one being written; as few as the depth allows. */
  readonly #ancestors: object[] = [];
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
    if (this.#ancestors.includes(value)) return "(circular)";
    const isList = Array.isArray(value);
    const isPlain = isList || isPlainObject(value);
    const isTooDeep = depth >= maxDepth || this.#remainingValues <= 0;
    this.#ancestors.push(value);
    try {
      if (!isPlain) {
        if (isErrorObject(value)) return truncate(errorTitle(value) + this.causes(value, depth));
        const summary = summaryOf(value);
        if (summary !== undefined) return truncate(summary);
      }
      if (isTooDeep) return isList ? `Array(${value.length})` : `${className(value)} {…}`;
      return isList ? this.#array(value, depth) : this.#contents(value, depth, isPlain);
    } finally {
      this.#ancestors.pop();
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
    const items: unknown[] = [];
    for (let index = 0; index < list.length && index < maxEntries; index += 1)
      items.push(this.#item(ownProperty(list, index), depth));
    if (list.length > maxEntries) items.push(moreThan(list.length));
    return items;
  }

  #contents(value: object, depth: number, isPlain: boolean): unknown {
    const collection = isPlain ? undefined : collectionOf(value, maxEntries);
    if (collection !== undefined) {
      const { entries, size, isMap } = collection;
      return isMap ? this.#map(entries as [unknown, unknown][], size, depth) : this.#set(entries, size, depth);
    }
    const copy = {};
    const keys = Object.keys(value);
    for (let index = 0; index < keys.length && index < maxEntries; index += 1) {
      const key = keys[index] as string;
      define(copy, key, this.#item(ownProperty(value, key), depth));
    }
    if (keys.length > maxEntries) define(copy, "…", `${keys.length - maxEntries} more`);
    return copy;
  }

  #set(values: unknown[], size: number, depth: number): unknown[] {
    const items = values.map((value) => this.#item(value, depth));
    return size > maxEntries ? [...items, moreThan(size)] : items;
  }

  #map(all: [unknown, unknown][], size: number, depth: number): unknown {
    const copy = {};
    for (const [key, value] of all) define(copy, this.#key(key, depth), this.#item(value, depth));
    if (size > maxEntries) define(copy, "…", `${size - maxEntries} more`);
    return copy;
  }

  #item(value: unknown, depth: number): unknown {
    try {
      return this.serialize(value, depth + 1);
    } catch {
      return unreadable;
    }
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
