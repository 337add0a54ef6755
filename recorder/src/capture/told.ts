// Values of the console as JSON: as much of them as tells what they are.
import { quietly } from "../quietly.ts";

const longestText = 10_000;
const deepest = 4;
const mostEntries = 100;
/** Values in all, so that a wide and deep object ends too. */
const mostValues = 1000;

export function told(values: readonly unknown[], clean: (text: string) => string): unknown[] {
  const teller = new Teller(clean);
  return values.slice(0, mostEntries).map((value) => teller.tell(value, 0));
}

class Teller {
  readonly #clean: (text: string) => string;
  readonly #within = new Set<object>();
  #left = mostValues;

  constructor(clean: (text: string) => string) {
    this.#clean = clean;
  }

  tell(value: unknown, depth: number): unknown {
    this.#left -= 1;
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
    const cut = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
    return this.#clean(cut).toWellFormed();
  }

  #object(value: object, depth: number): unknown {
    const plain = plainText(value);
    if (plain !== undefined) return this.#text(plain);
    if (this.#within.has(value)) return "(circular)";
    if (depth >= deepest || this.#left <= 0)
      return Array.isArray(value) ? `Array(${value.length})` : `${kindOf(value)} {…}`;
    this.#within.add(value);
    const result = this.#contents(value, depth);
    this.#within.delete(value);
    return result;
  }

  #contents(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (value instanceof Set) return this.#list(firstOf(value), value.size, depth);
    if (value instanceof Map) return this.#entries(firstOf(value), value.size, depth);
    const keys = Object.keys(value);
    return this.#entries(
      keys.slice(0, mostEntries).map((key) => [key, valueAt(value, key)]),
      keys.length,
      depth,
    );
  }

  #list(values: unknown[], length: number, depth: number): unknown[] {
    const shown = values.slice(0, mostEntries).map((value) => this.tell(value, depth + 1));
    return length > mostEntries ? [...shown, `… ${length - mostEntries} more`] : shown;
  }

  /** Through JSON once, so that the keys whose values are never recorded are found as in any body. */
  #entries(all: [unknown, unknown][], length: number, depth: number): unknown {
    const entries = all.map(([key, entry]) => [String(key), this.tell(entry, depth + 1)] as const);
    if (length > mostEntries) entries.push(["…", `${length - mostEntries} more`]);
    const clean = this.#clean(JSON.stringify(Object.fromEntries(entries)));
    // Where what was taken out reached over the end of a value, it is no JSON any more.
    return quietly(() => JSON.parse(clean) as unknown) ?? clean;
  }
}

/** As many as are told: copies of all could be more than a page's memory. */
function firstOf<Value>(values: Iterable<Value>): Value[] {
  const first: Value[] = [];
  for (const value of values) if (first.push(value) === mostEntries) break;
  return first;
}

/** A getter is the page's own code: asked by us it might change what the page does. */
function valueAt(value: object, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property?.get === undefined ? property?.value : "(getter)";
}

/** What is told in one line, whatever properties it has. */
function plainText(value: object): string | undefined {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Element) return `<${value.localName}${value.id && ` id="${value.id}"`}>`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof Node || value instanceof Event || value === window || value instanceof Promise)
    return kindOf(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${kindOf(value)}(${value.byteLength} bytes)`;
  return undefined;
}

const kindOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);
