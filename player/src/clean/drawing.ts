// Which elements of a page may be drawn by reference, and what its style sheets make them refer to.
import { MAX_REFERRING_RULES } from "./limits.ts";
import { excessive, type Reference, type RuleReferences } from "./references.ts";
import type { TrackedNode } from "./tree.ts";

/** Elements that are visited to find what is drawn by reference: in a recording, and for the style rules of one event. */
const MAX_FOLLOWED = 50_000_000;
const MAX_FOLLOWED_FOR_RULES = 2_000_000;

export interface ExcessiveReferences {
  tracked: TrackedNode;
  /** Attributes that have to go. */
  attributes: string[];
}

export class Drawing {
  /** SVG elements and what is in them, and other elements that refer to any. */
  #elements = new Set<TrackedNode>();
  #rules = new Map<string, Set<RuleReferences>>();
  /** The references of all rules for a key. */
  #lists = new Map<string, Reference[]>();
  #declaredVertices = 0;
  #hasReferences = false;
  #hasChanged = false;
  #followed = 0;
  #followedForRules = 0;
  #ruleCount = 0;

  /** For a new page. */
  reset(): void {
    this.#elements = new Set();
    this.#rules = new Map();
    this.#lists = new Map();
    this.#declaredVertices = this.#ruleCount = 0;
    this.#hasReferences = this.#hasChanged = false;
  }

  finishEvent(): void {
    this.#followedForRules = 0;
  }

  add(tracked: TrackedNode): void {
    this.#elements.add(tracked);
    this.#hasChanged ||= this.#hasReferences;
  }

  delete(tracked: TrackedNode): void {
    this.#elements.delete(tracked);
  }

  setReferences(tracked: TrackedNode, attribute: string, references: Reference[]): void {
    if (references.length === 0 && tracked.named?.has(attribute) !== true) return;
    tracked.named ??= new Map();
    if (references.length === 0) tracked.named.delete(attribute);
    else tracked.named.set(attribute, references);
    tracked.references = [...tracked.named.values()].flat();
    this.#elements.add(tracked);
    this.#hasReferences = this.#hasChanged = true;
  }

  setAnchor(tracked: TrackedNode, anchor: string | undefined): void {
    if (!tracked.isSVG || tracked.anchor === anchor) return;
    tracked.anchor = anchor;
    this.#hasChanged = true;
  }

  /** Notes the vertices of a path; those that a style declares may be any element's. */
  addVertices(tracked: TrackedNode | undefined, count: number): void {
    if (tracked === undefined) this.#declaredVertices = Math.max(this.#declaredVertices, count);
    else tracked.vertices = Math.max(tracked.vertices ?? 0, count);
    this.#hasChanged ||= this.#hasReferences;
  }

  /** Notes that rules may apply to the element by other keys than before. */
  noteKeys(tracked: TrackedNode): void {
    if (this.#rules.size > 0 && tracked.keys.some((key) => this.#rules.has(key))) this.add(tracked);
  }

  /** Takes the references of a style sheet; false where too much would be drawn. `all` are the elements of the page. */
  takeRules(
    rules: readonly RuleReferences[],
    all: ReadonlyMap<unknown, TrackedNode>,
    find: (id: number) => unknown,
  ): boolean {
    if (this.#ruleCount + rules.length > MAX_REFERRING_RULES || this.#followedForRules > MAX_FOLLOWED_FOR_RULES)
      return false;
    const before = this.#followed;
    const keys = new Set(rules.flatMap((rule) => rule.keys));
    const newKeys = new Set([...keys].filter((key) => !this.#rules.has(key)));
    for (const rule of rules) this.#change(rule, (known) => known.add(rule));
    this.#ruleCount += rules.length;
    this.#hasReferences = true;
    if (newKeys.size > 0) {
      this.#followed += all.size;
      for (const tracked of all.values()) if (tracked.keys.some((key) => newKeys.has(key))) this.#elements.add(tracked);
    }
    const isWithin = this.#excessive(find).length === 0;
    this.#followedForRules += this.#followed - before;
    if (!isWithin) this.releaseRules(rules);
    return isWithin;
  }

  releaseRules(rules: readonly RuleReferences[]): void {
    for (const rule of rules) this.#change(rule, (known) => known.delete(rule));
    this.#ruleCount -= rules.length;
  }

  #change(rule: RuleReferences, change: (known: Set<RuleReferences>) => void): void {
    for (const key of rule.keys) {
      const known = this.#rules.get(key) ?? new Set();
      change(known);
      this.#lists.delete(key);
      if (known.size === 0) this.#rules.delete(key);
      else this.#rules.set(key, known);
    }
  }

  /** The attributes that have to go, since too much would be drawn by reference. */
  takeExcessive(find: (id: number) => unknown): ExcessiveReferences[] {
    if (!this.#hasReferences || !this.#hasChanged) return [];
    this.#hasChanged = false;
    const trackedNodes = this.#excessive(find);
    const taken = trackedNodes.map((tracked) => {
      const attributes = [...(tracked.named?.keys() ?? [])];
      tracked.named = undefined;
      tracked.references = [];
      return { tracked, attributes };
    });
    return [...taken, ...this.#takeAnchors(trackedNodes)];
  }

  /** What rules refer to cannot be taken from the elements that refer to it: it loses its id. */
  #takeAnchors(trackedNodes: readonly TrackedNode[]): ExcessiveReferences[] {
    const references = new Set(trackedNodes.flatMap(({ ruleReferences = [] }) => ruleReferences).flat());
    if (references.size === 0) return [];
    const isAny = [...references].some(({ id }) => id === undefined);
    const declared = [...this.#elements].flatMap((tracked) => tracked.references).concat([...this.#allLists()].flat());
    const ids = new Set(
      [...references, ...(isAny ? declared.filter(({ repetition }) => repetition === "declared") : [])].map(
        ({ id }) => id,
      ),
    );
    const targets = [...this.#elements].filter(({ anchor }) => anchor !== undefined && ids.has(anchor));
    for (const tracked of targets) tracked.anchor = undefined;
    return targets.map((tracked) => ({ tracked, attributes: ["id"] }));
  }

  #excessive(find: (id: number) => unknown): TrackedNode[] {
    const live = [...this.#elements].filter((tracked) => find(tracked.id) === tracked);
    this.#elements = new Set(live);
    this.#followed += live.length;
    for (const tracked of live) tracked.ruleReferences = this.#listsOf(tracked);
    if (this.#followed > MAX_FOLLOWED)
      return live.filter(({ references, ruleReferences = [] }) => references.length + ruleReferences.length > 0);
    return excessive(live, { rules: this.#allLists(), declaredVertices: this.#declaredVertices });
  }

  #listsOf(tracked: TrackedNode): Reference[][] {
    if (this.#rules.size === 0) return [];
    return tracked.keys.map((key) => this.#list(key)).filter((list) => list !== undefined);
  }

  #list(key: string): Reference[] | undefined {
    const rules = this.#rules.get(key);
    if (rules === undefined) return undefined;
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = [...rules].flatMap(({ references }) => references);
    this.#lists.set(key, list);
    return list;
  }

  *#allLists(): Iterable<Reference[]> {
    for (const key of this.#rules.keys()) {
      const list = this.#list(key);
      if (list !== undefined) yield list;
    }
  }
}
