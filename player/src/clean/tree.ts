// Which nodes there are, followed through the recording: what an attribute means depends on the element, how deep an
// addition would be depends on its parent, and how much more the page may hold depends on what it has.
import { Budget, type Resource, type SheetUse } from "./budget.ts";
import { Drawing, type ExcessiveReferences } from "./drawing.ts";
import { MAX_TURNS } from "./limits.ts";
import { boundText, type Measured } from "./text.ts";
import type { Reference, Referrer, RuleReferences } from "./references.ts";

/**
 * The deepest node. Browsers build no deeper page from HTML; one that is built node by node, as a replay is, crashes
 * Chromium somewhere beyond 1,000.
 */
export const MAX_DEPTH = 512;

/** Nodes that are looked at, in a whole recording, to find what its page has got rid of. */
const MAX_SWEPT = 50_000_000;

/** Levels that make an element count once more: selectors look at what an element is in. */
const LEVELS_OF_COST = 32;

type Used = Partial<Record<Resource, number>>;

export interface Place extends Referrer {
  id: number;
  /** In lower case, without a prefix; `#document`, `#text` and the like for what is not an element. */
  tag: string;
  depth: number;
  parent: Place | undefined;
  isShadow: boolean;
  isGone: boolean;
  isSVG: boolean;
  /** Whether it is an SVG element, or in one. */
  isInSVG: boolean;
  /** Whether a text in it is seen. */
  showsInside: boolean;
  /** What it takes of the budget, besides being a node. */
  used: Used;
  /** What selectors may name of it. */
  keys: readonly string[];
  /** Elements in it. */
  elements: number;
  /** Elements before it in its parent. */
  before: number;
  anchor: string | undefined;
  /** What the style sheet takes that it holds. */
  sheet?: SheetUse;
  /** What each of the attributes takes that were changed. */
  sizes?: Map<string, number>;
  /** Columns and rows of a table cell, or pixels of a canvas. */
  area?: [number, number];
  /** The references that each of its attributes makes. */
  named: Map<string, Reference[]> | undefined;
}

export class Tree {
  readonly budget = new Budget();
  /** Whether the page has shown something since the recording began. */
  hasShown = false;
  #places = new Map<number, Place>();
  readonly #drawing = new Drawing();
  #removed = 0;
  #swept = 0;
  #afterEvent: (() => void)[] = [];

  /** A full snapshot begins anew; ids may be used again. */
  reset(): void {
    this.#places = new Map();
    this.#drawing.reset();
    this.#removed = 0;
    this.budget.reset();
  }

  /** The node of that id, unless it or one that it is in was removed. */
  find(id: unknown): Place | undefined {
    if (typeof id !== "number") return undefined;
    const found = this.#places.get(id);
    for (let place = found; place !== undefined; place = place.parent) {
      if (place.isGone) return undefined;
    }
    return found;
  }

  add(id: number, tag: string, parent: Place | undefined, isShadow: boolean, isSVG = false): Place {
    // One of that id may be in something that was removed; what it took is given back here, since it is forgotten.
    const former = this.#places.get(id);
    if (former !== undefined) this.#forget(former);
    const place: Place = {
      id,
      tag,
      parent,
      isShadow,
      isSVG,
      isInSVG: isSVG || (parent?.isInSVG === true && !tag.startsWith("#")),
      showsInside: parent?.showsInside === true,
      depth: (parent?.depth ?? 0) + 1,
      isGone: false,
      used: {},
      keys: [],
      elements: 0,
      before: parent?.elements ?? 0,
      anchor: undefined,
      named: undefined,
      references: [],
    };
    this.#places.set(id, place);
    if (place.isInSVG) this.#drawing.add(place);
    if (parent !== undefined && !tag.startsWith("#")) parent.elements += 1;
    this.take(place, "nodes", 1);
    return place;
  }

  remove(place: Place): void {
    place.isGone = true;
    this.#removed += 1;
    if (place.parent !== undefined && !place.tag.startsWith("#")) place.parent.elements -= 1;
    this.#forget(place);
  }

  /** Whether so much more fits into the page. */
  has(resource: Resource, amount: number): boolean {
    return this.left(resource, amount) >= amount;
  }

  /** How much more fits into the page, where that is less than what is wanted. */
  left(resource: Resource, wanted: number): number {
    if (this.budget.left(resource) < wanted) this.#sweep();
    return Math.max(0, this.budget.left(resource));
  }

  /** The text as far as its changes of direction fit into the page. */
  boundText(text: string, most: number): Measured {
    const bound = boundText(text, most, MAX_TURNS);
    return bound.turns === 0 || this.has("turns", bound.turns) ? bound : boundText(text, most, this.left("turns", 0));
  }

  take(place: Place, resource: Resource, amount: number): void {
    place.used[resource] = (place.used[resource] ?? 0) + amount;
    this.budget.add(resource, amount);
  }

  giveBack(place: Place, resource: Resource): void {
    this.budget.add(resource, -(place.used[resource] ?? 0));
    place.used[resource] = 0;
  }

  /** Whether another element can be compared with all selectors. */
  hasComparisons(): boolean {
    if (this.budget.comparisons.isWithin(1)) return true;
    this.#sweep();
    return this.budget.comparisons.isWithin(1);
  }

  setKeys(place: Place, keys: readonly string[]): void {
    const cost = 1 + place.depth / LEVELS_OF_COST;
    this.budget.comparisons.addElement(place.keys, -cost, -place.before);
    place.keys = keys;
    this.budget.comparisons.addElement(keys, cost, place.before);
    this.#drawing.noteKeys(place);
  }

  /** Notes what an attribute of an element refers to. */
  setReferences(place: Place, attribute: string, references: Reference[]): void {
    this.#drawing.setReferences(place, attribute, references);
  }

  setAnchor(place: Place, anchor: string | undefined): void {
    this.#drawing.setAnchor(place, anchor);
  }

  /** Notes how many vertices the path of an element has; without an element, those that a style declares. */
  addVertices(place: Place | undefined, count: number): void {
    if (count > 0) this.#drawing.addVertices(place, count);
  }

  /** The attributes that have to go, since too much would be drawn by reference. */
  takeExcessiveReferences(): ExcessiveReferences[] {
    return this.#drawing.takeExcessive((id) => this.find(id));
  }

  /** Takes what the rules of a sheet refer to; false where too much would be drawn. */
  takeRuleReferences(use: SheetUse, rules: readonly RuleReferences[]): boolean {
    if (rules.length === 0) return true;
    if (!this.#drawing.takeRules(rules, this.#places, (id) => this.find(id))) return false;
    use.references.push(...rules);
    return true;
  }

  /** Gives back what a sheet took that is gone or written anew. */
  releaseSheet(use: SheetUse): void {
    this.#drawing.releaseRules(use.references);
    this.budget.release(use);
  }

  /** Calls back when the whole event is known: style sheets are bounded by the elements that they apply to. */
  afterEvent(callback: () => void): void {
    this.#afterEvent.push(callback);
  }

  finishEvent(): void {
    const callbacks = this.#afterEvent;
    this.#afterEvent = [];
    for (const callback of callbacks) callback();
    this.#drawing.finishEvent();
  }

  /** Gives back what removed nodes took with all that was in them. */
  #sweep(): void {
    if (this.#removed === 0 || this.#swept > MAX_SWEPT) return;
    this.#removed = 0;
    this.#swept += this.#places.size;
    for (const place of [...this.#places.values()]) if (this.find(place.id) === undefined) this.#forget(place);
  }

  #forget(place: Place): void {
    if (this.#places.get(place.id) !== place) return;
    this.#places.delete(place.id);
    for (const resource of Object.keys(place.used) as Resource[]) this.giveBack(place, resource);
    if (place.keys.length > 0) this.setKeys(place, []);
    if (place.sheet !== undefined) this.releaseSheet(place.sheet);
    this.#drawing.delete(place);
  }
}
