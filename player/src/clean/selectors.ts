// Estimates the cost of selectors: each is compared with the elements that its last compound
// selector may match.
import { MAX_COMPARISONS, MAX_SIBLING_COMPARISONS } from "./limits.ts";

/** Weight of a selector with `:has()`, and of a rule that splits text by direction. */
const HEAVY = 1_250;

export interface Selector {
  /** What an element must have to be compared: `#id`, `.class`, `[attribute`, a tag, or `*`. */
  key: string;
  weight: number;
  /** How often it visits all preceding siblings. */
  siblings: number;
}

/** Parses a selector list. `parent` has the selectors of the enclosing rule, for `&`. */
export function selectorsOf(prelude: string, parent: readonly Selector[]): Selector[] {
  const found: Selector[] = [];
  let current = newCompound();
  const token =
    /"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|[#.]?(?:[-\w\u0080-\uffff]|\\[0-9a-f]{1,6}\s?|\\[\s\S])+|::?[-\w]+|[()[\]]|\s*[>+~,|&*]\s*|\s+|[\s\S]/iy;
  const list = prelude.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, " ").trim();
  for (let match = token.exec(list); match !== null; match = token.exec(list)) {
    takeToken(current, match[0].trim(), () => {
      found.push(finished(current, parent));
      current = newCompound();
    });
  }
  found.push(finished(current, parent));
  return found;
}

interface Compound {
  id?: string | undefined;
  className?: string | undefined;
  attribute?: string | undefined;
  tag?: string | undefined;
  isNested: boolean;
  isRoot: boolean;
  depth: number;
  inAttribute: boolean;
  weight: number;
  siblings: number;
}

const newCompound = (): Compound => ({
  isNested: false,
  isRoot: false,
  depth: 0,
  inAttribute: false,
  weight: 1,
  siblings: 0,
});

function takeToken(compound: Compound, token: string, finish: () => void): void {
  if (token === "(") compound.depth += 1;
  else if (token === ")") compound.depth = Math.max(0, compound.depth - 1);
  else if (token === "[") compound.inAttribute = true;
  else if (token === "]") compound.inAttribute = false;
  else if (/^:has$/i.test(token)) compound.weight += HEAVY;
  else if (/^:nth-/i.test(token)) compound.weight += 2;
  else if (compound.inAttribute) takeAttribute(compound, token);
  else if (token === "~") [compound.siblings, compound.weight] = [compound.siblings + 1, compound.weight + 1];
  else if (compound.depth > 0) compound.weight += token === "," ? 1 : 0;
  else if (token === ",") finish();
  if (compound.depth > 0 || compound.inAttribute || token === ",") return;
  if (/^[>+~]?$/.test(token)) {
    Object.assign(compound, {
      id: undefined,
      className: undefined,
      attribute: undefined,
      tag: undefined,
      isNested: false,
      isRoot: false,
      weight: compound.weight + 1,
    });
  } else takeSimple(compound, token);
}

function takeAttribute(compound: Compound, token: string): void {
  if (compound.depth === 0 && /^[-\w]+$/.test(token)) compound.attribute ??= token.toLowerCase();
}

function takeSimple(compound: Compound, token: string): void {
  if (token.startsWith("#")) compound.id = token.slice(1);
  else if (token.startsWith(".")) compound.className ??= token.slice(1);
  else if (token === "&") compound.isNested = true;
  else if (/^:(?:root|host)$/i.test(token)) compound.isRoot = true;
  else if (/^[-\w\u0080-\uffff\\]/.test(token)) compound.tag = token;
}

function finished(compound: Compound, parent: readonly Selector[]): Selector {
  const { id, className, attribute, tag, isNested, isRoot, weight, siblings } = compound;
  const own = (key: string): Selector => ({ key, weight: weight + heaviest(parent), siblings });
  if (id !== undefined) return own(`#${normalized(id)}`);
  if (className !== undefined) return own(`.${normalized(className)}`);
  if (attribute !== undefined) return own(`[${attribute}`);
  if (tag !== undefined) return own(normalized(tag));
  if (isRoot) return own(":root");
  if (isNested && parent.length === 1 && parent[0] !== undefined) return own(parent[0].key);
  return own("*");
}

/** Weight that a nested rule inherits: its parent is matched as well. */
const heaviest = (parent: readonly Selector[]): number =>
  parent.reduce((most, { weight }) => Math.max(most, weight), 0);

/** Without escapes, in lower case: names are case-insensitive in quirks mode. */
const normalized = (name: string): string => withoutEscapes(name).toLowerCase();

export const withoutEscapes = (css: string): string =>
  css.replace(/\\([0-9a-f]{1,6})\s?|\\([\s\S])/gi, (_, hex: string | undefined, other: string) =>
    hex === undefined ? other : fromHex(hex),
  );

function fromHex(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

/** Expensive declarations: they split text by direction, or add long text to each element. */
export const heavyDeclaration = /^\s*(?:unicode-bidi|direction)\s*:|^\s*content\s*:[^]{500}/i;
export const HEAVY_RULE = HEAVY;

/** What selectors can match an element by. The number of class names is bounded by the length of the attribute. */
export function keysOf(tag: string, attributes: Readonly<Record<string, unknown>>): string[] {
  const keys = ["*", tag];
  for (const [name, value] of Object.entries(attributes)) {
    const lower = name.toLowerCase();
    keys.push(interned(`[${lower}`));
    if (typeof value !== "string") continue;
    if (lower === "id") keys.push(interned(`#${value.toLowerCase()}`));
    if (lower === "class") for (const one of new Set(value.toLowerCase().split(/\s+/))) keys.push(interned(`.${one}`));
  }
  return keys;
}

/** Number of strings that are shared among elements. */
const MAX_INTERNED = 50_000;
const internedKeys = new Map<string, string>();

function interned(key: string): string {
  const known = internedKeys.get(key);
  if (known !== undefined) return known;
  if (internedKeys.size >= MAX_INTERNED) internedKeys.clear();
  internedKeys.set(key, key);
  return key;
}

/** Estimates the number of comparisons of all elements with all selectors. */
export class Comparisons {
  readonly #elements = new Map<string, { count: number; siblings: number }>();
  readonly #selectors = new Map<string, { weight: number; siblings: number }>();
  #total = 0;
  #siblings = 0;

  /** Whether no more than that ratio of the limits is used. */
  isWithin(ratio: number): boolean {
    return this.#total <= MAX_COMPARISONS * ratio && this.#siblings <= MAX_SIBLING_COMPARISONS * ratio;
  }

  /** `cost` exceeds 1 for deep elements and is negative for removed ones; `before` is the number of preceding siblings. */
  addElement(keys: readonly string[], cost: number, before: number): void {
    for (const key of keys) {
      const had = this.#elements.get(key) ?? { count: 0, siblings: 0 };
      this.#elements.set(key, { count: had.count + cost, siblings: had.siblings + before });
      const selectors = this.#selectors.get(key);
      if (selectors !== undefined) this.#add(cost * selectors.weight, before * selectors.siblings);
    }
  }

  addSelectors(selectors: readonly Selector[], factor: number): void {
    for (const { key, weight, siblings } of selectors) {
      const had = this.#selectors.get(key) ?? { weight: 0, siblings: 0 };
      this.#selectors.set(key, { weight: had.weight + factor * weight, siblings: had.siblings + factor * siblings });
      const elements = this.#elements.get(key);
      if (elements !== undefined) this.#add(factor * weight * elements.count, factor * siblings * elements.siblings);
    }
  }

  #add(comparisons: number, siblings: number): void {
    this.#total += comparisons;
    this.#siblings += siblings;
  }
}
