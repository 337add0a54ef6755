// Console arguments as JSON, bounded in depth, entries and text.
import { ignoreErrors } from "../ignore-errors.ts";

/** Characters. */
const maxText = 10_000;
const maxDepth = 4;
/** Per object or array. */
const maxEntries = 100;
/** Values in total, which bounds wide and deep objects. */
const maxValues = 1000;

export function serializeArgs(args: readonly unknown[], redact: (text: string) => string): unknown[] {
  const serializer = new ArgumentSerializer(redact);
  return args.slice(0, maxEntries).map((arg) => serializer.serialize(arg, 0));
}

class ArgumentSerializer {
  readonly #redact: (text: string) => string;
  readonly #ancestors = new Set<object>();
  #remainingValues = maxValues;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  serialize(value: unknown, depth: number): unknown {
    this.#remainingValues -= 1;
    if (typeof value === "string") return this.#text(value);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "function") return `ƒ ${value.name}`;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return value.toString();
    if (typeof value !== "object") return "undefined";
    return this.#object(value, depth);
  }

  #text(text: string): string {
    const truncated = text.length > maxText ? `${text.slice(0, maxText)}…` : text;
    return this.#redact(truncated).toWellFormed();
  }

  #object(value: object, depth: number): unknown {
    const summary = summaryOf(value);
    if (summary !== undefined) return this.#text(summary);
    if (this.#ancestors.has(value)) return "(circular)";
    if (depth >= maxDepth || this.#remainingValues <= 0)
      return Array.isArray(value) ? `Array(${value.length})` : `${classNameOf(value)} {…}`;
    this.#ancestors.add(value);
    const result = this.#contents(value, depth);
    this.#ancestors.delete(value);
    return result;
  }

  #contents(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (value instanceof Set) return this.#list(takeEntries(value), value.size, depth);
    if (value instanceof Map) return this.#entries(takeEntries(value), value.size, depth);
    const keys = Object.keys(value);
    return this.#entries(
      keys.slice(0, maxEntries).map((key) => [key, propertyOf(value, key)]),
      keys.length,
      depth,
    );
  }

  #list(values: unknown[], length: number, depth: number): unknown[] {
    const items = values.slice(0, maxEntries).map((value) => this.serialize(value, depth + 1));
    return length > maxEntries ? [...items, `… ${length - maxEntries} more`] : items;
  }

  /** Redacts the object as JSON text, so that credential keys are found as in any body. */
  #entries(all: [unknown, unknown][], length: number, depth: number): unknown {
    const entries = all.map(([key, entry]) => [String(key), this.serialize(entry, depth + 1)] as const);
    if (length > maxEntries) entries.push(["…", `${length - maxEntries} more`]);
    const redacted = this.#redact(JSON.stringify(Object.fromEntries(entries)));
    // A redaction that crosses the end of a value leaves invalid JSON, which is kept as text.
    return ignoreErrors(() => JSON.parse(redacted) as unknown) ?? redacted;
  }
}

/** The first entries only: copying all could exceed a page's memory. */
function takeEntries<Value>(values: Iterable<Value>): Value[] {
  const entries: Value[] = [];
  for (const value of values) if (entries.push(value) === maxEntries) break;
  return entries;
}

/** Getters are not called: they are page code and may have side effects. */
function propertyOf(value: object, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property?.get === undefined ? property?.value : "(getter)";
}

/** Text for objects that are serialized in one line, regardless of their properties. */
function summaryOf(value: object): string | undefined {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Element) return `<${value.localName}${value.id && ` id="${value.id}"`}>`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof Node || value instanceof Event || value === window || value instanceof Promise)
    return classNameOf(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `${classNameOf(value)}(${value.byteLength} bytes)`;
  return undefined;
}

const classNameOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);
