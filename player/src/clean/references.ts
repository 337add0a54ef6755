// What is drawn by reference: SVG `use` copies a whole element, and what it copies may copy again. A pattern,
// a mask or a marker is drawn for each element that names it. Nested a few times, a page of some kilobytes is millions of elements.
import { MAX_REFERENCE_DEPTH, MAX_REFERENCED } from "./limits.ts";

/** Beyond any bound, and small enough to be added up. */
const TOO_LARGE = 1e9;

export interface Referrer {
  parent: Referrer | undefined;
  /** The id that others name it by. */
  anchor: string | undefined;
  /** The ids that it names. */
  references: readonly string[];
}

/** Attributes that name an element of the page. */
const naming = /^(?:xlink:)?href$/i;
const inUrl = /url\(\s*["']?#([^"')]*)/gi;

/** The ids that an attribute of an SVG element names. */
export function referencesIn(name: string, value: string): string[] {
  const found = [...value.matchAll(inUrl)].map((match) => match[1]?.trim() ?? "");
  const isWhole = naming.test(name) && value.trim().startsWith("#");
  return isWhole ? [...found, value.trim().slice(1)] : found;
}

/**
 * The elements whose references have to go, so that no more than the bound is drawn; the largest come first. Parents
 * come before what is in them.
 */
export function excessive<R extends Referrer>(all: Iterable<R>): R[] {
  const page = new Page(all);
  const sizes = page.referring
    .map((one) => ({ one, size: page.sizeOfReferences(one) }))
    .sort((a, b) => b.size - a.size);
  let total = sizes.reduce((sum, { size }) => sum + size, 0);
  const gone: R[] = [];
  for (const { one, size } of sizes) {
    if (total <= MAX_REFERENCED) break;
    total -= size;
    gone.push(one);
  }
  return gone;
}

class Page<R extends Referrer> {
  readonly referring: R[] = [];
  readonly #children = new Map<Referrer, R[]>();
  readonly #named = new Map<string, R>();
  readonly #sizes = new Map<R, number>();

  constructor(all: Iterable<R>) {
    for (const one of all) {
      if (one.anchor !== undefined && !this.#named.has(one.anchor)) this.#named.set(one.anchor, one);
      if (one.references.length > 0) this.referring.push(one);
      if (one.parent === undefined) continue;
      const siblings = this.#children.get(one.parent);
      if (siblings === undefined) this.#children.set(one.parent, [one]);
      else siblings.push(one);
    }
  }

  /** Elements that are drawn because that one names them. */
  sizeOfReferences(one: R, depth = 0): number {
    return one.references.reduce((sum, id) => sum + this.#sizeOf(this.#named.get(id), depth), 0);
  }

  #sizeOf(one: R | undefined, depth: number): number {
    if (one === undefined) return 0;
    const known = this.#sizes.get(one);
    if (known !== undefined) return known;
    if (depth > MAX_REFERENCE_DEPTH) return TOO_LARGE;
    // Where references lead back to where they began, what is drawn depends on where one starts.
    this.#sizes.set(one, TOO_LARGE);
    let size = 1 + this.sizeOfReferences(one, depth + 1);
    for (const child of this.#children.get(one) ?? []) size += this.#sizeOf(child, depth + 1);
    size = Math.min(size, TOO_LARGE);
    this.#sizes.set(one, size);
    return size;
  }
}
