// What is drawn by reference: SVG `use` copies an element and everything in it, and what it copies
// may copy again. A pattern, a mask, a clip path, a filter or a marker is drawn for each element
// that names it, in an attribute or in a style sheet. Nested a few times, a page of some kilobytes
// is millions of elements.
import { partsOf } from "./css-scan.ts";
import { MAX_REFERENCE_DEPTH, MAX_REFERENCED } from "./limits.ts";
import { selectorsOf, withoutEscapes, type Selector } from "./selectors.ts";

/** Beyond any bound, and small enough to be added up. */
const TOO_LARGE = 1e9;

/** How often the target of a reference is drawn. */
type Repetition =
  /** Once for the element. */
  | "once"
  /** Once for each element in it: fills and strokes are inherited. */
  | "inherited"
  /** Once for each vertex of each path in it. */
  | "vertices"
  /** Where a variable or an animation is used. */
  | "declared";

export interface Reference {
  /** The id that is named; undefined for any that a variable or an animation of the page names. */
  id: string | undefined;
  repetition: Repetition;
}

/** The references that a style rule makes for the elements that have one of the keys (see `keysOf`). */
export interface RuleReferences {
  keys: readonly string[];
  references: readonly Reference[];
}

export interface Referrer {
  parent: Referrer | undefined;
  /** The id that others name it by. */
  anchor: string | undefined;
  references: readonly Reference[];
  /** The references that style sheets make for it, one shared list for each key. */
  ruleReferences?: readonly (readonly Reference[])[];
  /** Vertices of its path, at most. */
  vertices?: number;
}

/** Attributes that name an element of the page. */
const naming = /^(?:xlink:)?href$/i;
const inUrl = /url\(\s*["']?[^"'()#]*#([^"')]*)/gi;
const mayRefer = /#|var\(|\\|animation/i;

/** Properties that draw what they name. */
const drawing = /^(?:-webkit-)?(?:mask|clip-path|filter|backdrop-filter|marker|fill|stroke|animation)/i;
const inherited = /^(?:fill|stroke)/i;

/** What an attribute of an SVG element names, or a style property of any element. */
export function referencesIn(name: string, value: string): Reference[] {
  if (naming.test(name)) return value.trim().startsWith("#") ? named(value.trim().slice(1), "once") : [];
  if (!mayRefer.test(value) || value.startsWith("data:")) return [];
  if (name.toLowerCase() !== "style") return referencesOfProperty(name, value);
  return [...partsOf(value)].flatMap(({ start, end }) => referencesOfDeclaration(value.slice(start, end)));
}

/** `isRule`: the declaration is for elements, and not a step of an animation or the like. */
function referencesOfDeclaration(declaration: string, isRule = true): Reference[] {
  if (!mayRefer.test(declaration)) return [];
  const colon = declaration.indexOf(":");
  if (colon < 0) return [];
  const name = withoutEscapes(declaration.slice(0, colon).replace(/\/\*[\s\S]*?\*\//g, "")).trim();
  return referencesOfProperty(isRule ? name : "--", declaration.slice(colon + 1));
}

function referencesOfProperty(name: string, value: string): Reference[] {
  const css = value.includes("\\") ? withoutEscapes(value) : value;
  const isDeclared = name.startsWith("--");
  const repetition = isDeclared
    ? "declared"
    : /^marker/i.test(name)
      ? "vertices"
      : inherited.test(name)
        ? "inherited"
        : "once";
  const found = [...css.matchAll(inUrl)].flatMap((match) => named(match[1]?.trim() ?? "", repetition));
  if (isDeclared || !drawing.test(name)) return found;
  // An animation may set any property, and a variable may name anything.
  if (/animation/i.test(name)) return [...found, anyDeclared("inherited"), anyDeclared("vertices")];
  return /var\(/i.test(css) ? [...found, anyDeclared(repetition)] : found;
}

/** The key of what is declared outside of rules, as the steps of an animation are. */
const NO_ELEMENT = "";

/** The references of a declaration in a rule with those selectors; undefined where it makes none. */
export function referencesOfRule(declaration: string, selectors: readonly Selector[]): RuleReferences | undefined {
  const references = referencesOfDeclaration(declaration, selectors.length > 0);
  if (references.length === 0) return undefined;
  return { keys: selectors.length > 0 ? selectors.map(({ key }) => key) : [NO_ELEMENT], references };
}

/** The references that the rules of a style sheet make. */
export function referencesOfRules(css: string): RuleReferences[] {
  const found: RuleReferences[] = [];
  const open: Selector[][] = [];
  for (const { type, start, end } of partsOf(css)) {
    const text = css.slice(start, end);
    if (type === "end") open.pop();
    else if (type === "prelude") {
      const parent = open.at(-1) ?? [];
      open.push(/^(?:\s|\/\*[\s\S]*?\*\/)*@/.test(text) ? parent : selectorsOf(text, parent));
    } else {
      const references = referencesOfRule(text, open.at(-1) ?? []);
      if (references !== undefined) found.push(references);
    }
  }
  return found;
}

const anyDeclared = (repetition: Repetition): Reference => ({ id: undefined, repetition });

/** Browsers decode the fragment of an address. */
function named(id: string, repetition: Repetition): Reference[] {
  const ids = id.includes("%") ? [id, decoded(id)] : [id];
  return ids.map((one) => ({ id: one, repetition }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Number of vertices of a path or of a list of points, at most. */
export const verticesIn = (path: string): number => path.match(/\.?\d+|z/gi)?.length ?? 0;

/** Number of vertices of the paths that a style gives to elements, at most. */
export function verticesInStyle(style: string): number {
  if (!/path\(|\\/i.test(style)) return 0;
  let vertices = 0;
  for (const { start, end } of partsOf(style)) {
    const declaration = style.slice(start, end).replace(/\/\*[\s\S]*?\*\//g, "");
    if (/^\s*(?:d|\\[^:]*)\s*:/i.test(declaration)) vertices += verticesIn(declaration);
  }
  return vertices;
}

export interface Surroundings {
  /** The references of all style rules. */
  rules: Iterable<readonly Reference[]>;
  /** Vertices that a style may add to any path. */
  declaredVertices: number;
}

const noSurroundings: Surroundings = { rules: [], declaredVertices: 0 };

/**
 * The elements whose references have to go, so that no more than the bound is drawn; the largest
 * come first. Parents come before what is in them.
 */
export function excessive<R extends Referrer>(all: Iterable<R>, surroundings = noSurroundings): R[] {
  const page = new Page(all, surroundings);
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

/** Elements and vertices that are drawn. */
interface Drawn {
  elements: number;
  vertices: number;
}

/** What the references of an element draw: once, and again for each element and each vertex in it. */
interface Targets {
  once: Drawn;
  inherited: Drawn;
  vertices: Drawn;
}

const nothing: Drawn = { elements: 0, vertices: 0 };
const tooLarge: Drawn = { elements: TOO_LARGE, vertices: TOO_LARGE };

const sum = (a: Drawn, b: Drawn): Drawn => ({
  elements: Math.min(a.elements + b.elements, TOO_LARGE),
  vertices: Math.min(a.vertices + b.vertices, TOO_LARGE),
});

const times = ({ elements, vertices }: Drawn, factor: number): Drawn => ({
  elements: Math.min(elements * factor, TOO_LARGE),
  vertices: Math.min(vertices * factor, TOO_LARGE),
});

class Page<R extends Referrer> {
  readonly referring: R[] = [];
  readonly #children = new Map<Referrer, R[]>();
  readonly #named = new Map<string, R[]>();
  readonly #drawn = new Map<R, Drawn>();
  readonly #drawnById = new Map<string, Drawn>();
  readonly #targets = new Map<readonly Reference[], Targets>();
  readonly #declaredVertices: number;
  /** References to what the variables and animations of the page name. */
  readonly #declared: Reference[];

  constructor(all: Iterable<R>, { rules, declaredVertices }: Surroundings) {
    this.#declaredVertices = declaredVertices;
    const declared = new Set<string>();
    const noteDeclared = (references: readonly Reference[]): void => {
      for (const { id, repetition } of references) if (id !== undefined && repetition === "declared") declared.add(id);
    };
    for (const references of rules) noteDeclared(references);
    for (const one of all) {
      noteDeclared(one.references);
      if (one.anchor !== undefined) pushTo(this.#named, one.anchor, one);
      if (listsOf(one).some(({ length }) => length > 0)) this.referring.push(one);
      if (one.parent !== undefined) pushTo(this.#children, one.parent, one);
    }
    this.#declared = [...declared].map((id) => ({ id, repetition: "once" }));
  }

  /** Elements that are drawn because of the references of that one. */
  sizeOfReferences(one: R): number {
    this.#drawnFor(one, 0);
    return this.#once(one, 0).elements + this.#repeated(one, this.#drawnInside(one, 0), 0).elements;
  }

  /** What is drawn where that element is, with all that is in it. */
  #drawnFor(one: R, depth: number): Drawn {
    const known = this.#drawn.get(one);
    if (known !== undefined) return known;
    if (depth > MAX_REFERENCE_DEPTH) return tooLarge;
    // Where references lead back to where they began, what is drawn depends on where one starts.
    this.#drawn.set(one, tooLarge);
    const inside = this.#drawnInside(one, depth);
    const drawn = sum(inside, this.#repeated(one, inside, depth));
    this.#drawn.set(one, drawn);
    return drawn;
  }

  /** The same without what its inherited references draw. */
  #drawnInside(one: R, depth: number): Drawn {
    const itself = { elements: 1, vertices: (one.vertices ?? 0) + this.#declaredVertices };
    let drawn = sum(itself, this.#once(one, depth));
    for (const child of this.#children.get(one) ?? []) drawn = sum(drawn, this.#drawnFor(child, depth + 1));
    return drawn;
  }

  #once(one: R, depth: number): Drawn {
    return listsOf(one).reduce((drawn, list) => sum(drawn, this.#targetsOf(list, depth).once), nothing);
  }

  /** What is drawn for each element and each vertex in it. */
  #repeated(one: R, inside: Drawn, depth: number): Drawn {
    let drawn = nothing;
    for (const list of listsOf(one)) {
      const { inherited, vertices } = this.#targetsOf(list, depth);
      drawn = sum(drawn, sum(times(inherited, inside.elements), times(vertices, inside.vertices)));
    }
    return drawn;
  }

  #targetsOf(references: readonly Reference[], depth: number): Targets {
    const known = this.#targets.get(references);
    if (known !== undefined) return known;
    this.#targets.set(references, { once: tooLarge, inherited: tooLarge, vertices: tooLarge });
    const targets: Targets = { once: nothing, inherited: nothing, vertices: nothing };
    for (const { id, repetition } of references) {
      if (repetition === "declared") continue;
      const drawn = id === undefined ? this.#targetsOf(this.#declared, depth).once : this.#drawnByName(id, depth);
      targets[repetition] = sum(targets[repetition], drawn);
    }
    this.#targets.set(references, targets);
    return targets;
  }

  /** The largest element of that id: frames and shadow trees may have one each. */
  #drawnByName(id: string, depth: number): Drawn {
    const known = this.#drawnById.get(id);
    if (known !== undefined) return known;
    let drawn = nothing;
    for (const one of this.#named.get(id) ?? []) {
      const { elements, vertices } = this.#drawnFor(one, depth + 1);
      drawn = { elements: Math.max(drawn.elements, elements), vertices: Math.max(drawn.vertices, vertices) };
    }
    this.#drawnById.set(id, drawn);
    return drawn;
  }
}

const listsOf = ({ references, ruleReferences = [] }: Referrer): readonly (readonly Reference[])[] =>
  references.length > 0 ? [references, ...ruleReferences] : ruleReferences;

function pushTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
