// Tracks the nodes of the page through the recording: sanitizing an attribute depends on the
// element, the depth of an addition on its parent, and what is left of the budget on all nodes.
import { Assets } from "./assets.ts";
import { Budget, type Resource, type SheetUsage } from "./budget.ts";
import { Drawing, type ExcessiveReferences } from "./drawing.ts";
import { MAX_TURNS } from "./limits.ts";
import { boundText, type Measured } from "./text.ts";
import type { Reference, Referrer, RuleReferences } from "./references.ts";

/**
 * The deepest node. Browsers build no deeper page from HTML; one that is built node by node, as a
 * replay is, crashes Chromium somewhere beyond 1,000.
 */
export const MAX_DEPTH = 512;

/** Nodes visited in a recording to find those that were removed with an ancestor. */
const MAX_SWEPT = 50_000_000;

/** Levels of depth that count as one more element: selectors visit ancestors. */
const LEVELS_OF_COST = 32;

type Used = Partial<Record<Resource, number>>;

export interface TrackedNode extends Referrer {
  id: number;
  /** In lower case, without a prefix; `#document`, `#text` and so on for other nodes. */
  tag: string;
  depth: number;
  parent: TrackedNode | undefined;
  isShadow: boolean;
  isGone: boolean;
  isSVG: boolean;
  /** Whether it is an SVG element, or in one. */
  isInSVG: boolean;
  /** Whether text in it is visible. */
  showsInside: boolean;
  /** Its share of the budget. */
  used: Used;
  /** What selectors can match it by, see `keysOf`. */
  keys: readonly string[];
  /** Number of child elements. */
  elements: number;
  /** Number of sibling elements before it. */
  before: number;
  anchor: string | undefined;
  /** The share of the budget of the style sheet in it. */
  sheet?: SheetUsage;
  /** Sizes of the attributes that were changed. */
  sizes?: Map<string, number>;
  /** Columns and rows of a table cell, or pixels of a canvas. */
  area?: [number, number];
  /** The references that each of its attributes makes. */
  named: Map<string, Reference[]> | undefined;
}

export class Tree {
  readonly budget = new Budget();
  readonly assets = new Assets();
  /** Whether the page has had visible content since the start of the recording. */
  hasShown = false;
  #nodes = new Map<number, TrackedNode>();
  readonly #drawing = new Drawing();
  #removed = 0;
  #swept = 0;
  #afterEvent: (() => void)[] = [];

  /** For a full snapshot, which may use the same ids again. */
  reset(): void {
    this.#nodes = new Map();
    this.#drawing.reset();
    this.#removed = 0;
    this.budget.reset();
  }

  /** The node of that id, unless it or an ancestor was removed. */
  find(id: unknown): TrackedNode | undefined {
    if (typeof id !== "number") return undefined;
    const found = this.#nodes.get(id);
    for (let tracked = found; tracked !== undefined; tracked = tracked.parent) {
      if (tracked.isGone) return undefined;
    }
    return found;
  }

  add(id: number, tag: string, parent: TrackedNode | undefined, isShadow: boolean, isSVG = false): TrackedNode {
    // A node of that id may be in a removed one: its share of the budget is released, since it is
    // forgotten.
    const former = this.#nodes.get(id);
    if (former !== undefined) this.#forget(former);
    const tracked: TrackedNode = {
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
    this.#nodes.set(id, tracked);
    if (tracked.isInSVG) this.#drawing.add(tracked);
    if (parent !== undefined && !tag.startsWith("#")) parent.elements += 1;
    this.take(tracked, "nodes", 1);
    return tracked;
  }

  remove(tracked: TrackedNode): void {
    tracked.isGone = true;
    this.#removed += 1;
    if (tracked.parent !== undefined && !tracked.tag.startsWith("#")) tracked.parent.elements -= 1;
    this.#forget(tracked);
  }

  /** Whether the budget has that much left. */
  has(resource: Resource, amount: number): boolean {
    return this.remaining(resource, amount) >= amount;
  }

  /** What is left of the budget; removed nodes are released where that is less than wanted. */
  remaining(resource: Resource, wanted: number): number {
    if (this.budget.remaining(resource) < wanted) this.#sweep();
    return Math.max(0, this.budget.remaining(resource));
  }

  /** The text, as far as the budget of direction changes allows. */
  boundText(text: string, maxLength: number): Measured {
    const bound = boundText(text, maxLength, MAX_TURNS);
    return bound.turns === 0 || this.has("turns", bound.turns)
      ? bound
      : boundText(text, maxLength, this.remaining("turns", 0));
  }

  take(tracked: TrackedNode, resource: Resource, amount: number): void {
    tracked.used[resource] = (tracked.used[resource] ?? 0) + amount;
    this.budget.add(resource, amount);
  }

  giveBack(tracked: TrackedNode, resource: Resource): void {
    this.budget.add(resource, -(tracked.used[resource] ?? 0));
    tracked.used[resource] = 0;
  }

  /** Whether another element can be compared with all selectors. */
  hasComparisons(): boolean {
    if (this.budget.comparisons.isWithin(1)) return true;
    this.#sweep();
    return this.budget.comparisons.isWithin(1);
  }

  setKeys(tracked: TrackedNode, keys: readonly string[]): void {
    const cost = 1 + tracked.depth / LEVELS_OF_COST;
    this.budget.comparisons.addElement(tracked.keys, -cost, -tracked.before);
    tracked.keys = keys;
    this.budget.comparisons.addElement(keys, cost, tracked.before);
    this.#drawing.noteKeys(tracked);
  }

  /** Notes what an attribute of an element refers to. */
  setReferences(tracked: TrackedNode, attribute: string, references: Reference[]): void {
    this.#drawing.setReferences(tracked, attribute, references);
  }

  setAnchor(tracked: TrackedNode, anchor: string | undefined): void {
    this.#drawing.setAnchor(tracked, anchor);
  }

  /** Notes how many vertices the path of an element has; without an element, those that a style declares. */
  addVertices(tracked: TrackedNode | undefined, count: number): void {
    if (count > 0) this.#drawing.addVertices(tracked, count);
  }

  /** The attributes that have to go, since too much would be drawn by reference. */
  takeExcessiveReferences(): ExcessiveReferences[] {
    return this.#drawing.takeExcessive((id) => this.find(id));
  }

  /** Takes what the rules of a sheet refer to; false where too much would be drawn. */
  takeRuleReferences(usage: SheetUsage, rules: readonly RuleReferences[]): boolean {
    if (rules.length === 0) return true;
    if (!this.#drawing.takeRules(rules, this.#nodes, (id) => this.find(id))) return false;
    usage.references.push(...rules);
    return true;
  }

  /** Releases the budget of a sheet that is removed or replaced. */
  releaseSheet(usage: SheetUsage): void {
    this.#drawing.releaseRules(usage.references);
    this.budget.release(usage);
  }

  /** Calls back at the end of the event: style sheets are bounded by the elements that they apply to. */
  afterEvent(callback: () => void): void {
    this.#afterEvent.push(callback);
  }

  finishEvent(): void {
    const callbacks = this.#afterEvent;
    this.#afterEvent = [];
    for (const callback of callbacks) callback();
    this.#drawing.finishEvent();
  }

  /** Releases the budget of nodes whose ancestors were removed. */
  #sweep(): void {
    if (this.#removed === 0 || this.#swept > MAX_SWEPT) return;
    this.#removed = 0;
    this.#swept += this.#nodes.size;
    for (const tracked of [...this.#nodes.values()]) if (this.find(tracked.id) === undefined) this.#forget(tracked);
  }

  #forget(tracked: TrackedNode): void {
    if (this.#nodes.get(tracked.id) !== tracked) return;
    this.#nodes.delete(tracked.id);
    for (const resource of Object.keys(tracked.used) as Resource[]) this.giveBack(tracked, resource);
    if (tracked.keys.length > 0) this.setKeys(tracked, []);
    if (tracked.sheet !== undefined) this.releaseSheet(tracked.sheet);
    this.#drawing.delete(tracked);
  }
}
