// Removes rules that are too expensive from style sheets. A rule that matches nothing replaces
// each, so that the indexes of the rules after it stay.
import { addUsage, emptySheetUsage, type Budget, type SheetUsage } from "./budget.ts";
import { partsOf, type Part } from "./css-scan.ts";
import { MAX_DATA_URL, MAX_DECLARATION, MAX_GROUPS, MAX_NESTING, MAX_SELECTORS, MAX_SHEET } from "./limits.ts";
import { HEAVY_RULE, heavyDeclaration, selectorsOf, type Selector } from "./selectors.ts";
import { isSafeImage } from "./images.ts";
import { referencesOfRule, verticesInStyle, type RuleReferences } from "./references.ts";
import type { Tree } from "./tree.ts";

export const PLACEHOLDER = "@media not all{}";

/** At-rules that contain style rules; all others are kept or removed as a unit. */
const grouping = /^\s*@(?:media|supports|layer|container|scope|starting-style|(?:-moz-)?document)\b/i;

export interface CleanCss {
  css: string;
  isCut: boolean;
  /** Whether rules are left out by which too much would be drawn by reference. */
  isWithoutReferences: boolean;
}

/** A rule that is kept or removed as a unit: a style rule, or an at-rule that does not group style rules. */
interface Unit {
  start: number;
  depth: number;
  /** Its nested preludes are not selectors, such as the steps of an animation. */
  isAtRule: boolean;
  isTooComplex: boolean;
  rules: number;
  selectors: Selector[];
  references: RuleReferences[];
  /** The selectors of the blocks that are open in it. */
  open: Selector[][];
}

/** The sheet without the rules that are too complex or exceed the budget. */
export function cleanSheet(sheet: string, tree: Tree, usage: SheetUsage): CleanCss {
  const { budget } = tree;
  const css = sheet.length > MAX_SHEET ? sheet.slice(0, MAX_SHEET) : sheet;
  if (!budget.takeSheet(usage, css.length)) return { css: "", isCut: sheet !== "", isWithoutReferences: false };
  const taken = emptySheetUsage();
  const { cleaned, references } = cleanedBy(new SheetCleaner(css, tree, taken, true));
  if (tree.takeRuleReferences(usage, references)) {
    addUsage(usage, taken);
    return { css: cleaned, isCut: cleaned !== sheet, isWithoutReferences: false };
  }
  budget.release(taken);
  const without = cleanedBy(new SheetCleaner(css, tree, usage, false));
  return { css: without.cleaned, isCut: cleaned !== sheet, isWithoutReferences: true };
}

function cleanedBy(cleaner: SheetCleaner): { cleaned: string; references: RuleReferences[] } {
  for (const part of partsOf(cleaner.css)) if (!cleaner.take(part)) break;
  return { cleaned: cleaner.finish(), references: cleaner.references };
}

class SheetCleaner {
  readonly css: string;
  /** The references that its rules make. */
  readonly references: RuleReferences[] = [];
  readonly #tree: Tree;
  readonly #budget: Budget;
  readonly #keepsReferences: boolean;
  readonly #usage: SheetUsage;
  readonly #kept: string[] = [];
  #keptUntil = 0;
  #scannedUntil = 0;
  #groups = 0;
  #unit: Unit | undefined;

  constructor(css: string, tree: Tree, usage: SheetUsage, keepsReferences: boolean) {
    this.#tree = tree;
    this.css = css;
    this.#keepsReferences = keepsReferences;
    this.#budget = tree.budget;
    this.#usage = usage;
  }

  /** False where the rest of the sheet is to be removed. */
  take(part: Part): boolean {
    const text = withoutComments(this.css.slice(part.start, part.end));
    const isTooComplex = isComplex(part) || !isSafeImage(text);
    this.#scannedUntil = part.end + 1;
    if (this.#unit !== undefined) return this.#takeInUnit(this.#unit, part, text, isTooComplex);
    if (part.type === "end") this.#groups -= 1;
    else if (part.type === "declaration") {
      if (isTooComplex) this.#drop(part.start, part.end);
    } else if (grouping.test(text) && !isTooComplex) {
      this.#groups += 1;
    } else {
      this.#unit = {
        start: part.start,
        depth: part.depth,
        isAtRule: text.trimStart().startsWith("@"),
        isTooComplex,
        rules: 0,
        selectors: [],
        references: [],
        open: [],
      };
      return this.#takeInUnit(this.#unit, part, text, isTooComplex);
    }
    return true;
  }

  #takeInUnit(unit: Unit, part: Part, text: string, isTooComplex: boolean): boolean {
    unit.isTooComplex ||= isTooComplex || part.depth > MAX_NESTING;
    if (part.type === "prelude") {
      unit.rules += 1;
      const parent = unit.open.at(-1) ?? [];
      const isAtRule = text.trimStart().startsWith("@");
      const found = isAtRule || unit.isTooComplex || unit.isAtRule ? parent : selectorsOf(text, parent);
      unit.open.push(found);
      if (!isAtRule) unit.selectors.push(...found.slice(0, MAX_SELECTORS));
      unit.isTooComplex ||= found.length > MAX_SELECTORS || unit.selectors.length > MAX_SELECTORS;
    } else if (part.type === "declaration") {
      // Steps of an animation and the like apply wherever they are named.
      const references = referencesOfRule(text, unit.open.at(-1) ?? []);
      if (references !== undefined) unit.references.push(references);
      this.#tree.addVertices(undefined, verticesInStyle(text));
      if (heavyDeclaration.test(text))
        unit.selectors.push(...(unit.open.at(-1) ?? []).map(({ key }) => ({ key, weight: HEAVY_RULE, siblings: 0 })));
    } else {
      unit.open.pop();
      if (part.depth === unit.depth) return this.#end(unit, part.end);
    }
    return true;
  }

  #end(unit: Unit, end: number): boolean {
    this.#unit = undefined;
    if (!this.#budget.takeRules(this.#usage, unit.rules)) {
      this.#kept.push(this.css.slice(this.#keptUntil, unit.start));
      this.#keptUntil = this.css.length;
      return false;
    }
    if (!this.#keepsReferences && unit.references.length > 0) unit.isTooComplex = true;
    if (unit.isTooComplex || !this.#budget.takeSelectors(this.#usage, unit.selectors)) this.#drop(unit.start, end);
    else this.references.push(...unit.references);
    return true;
  }

  #drop(start: number, end: number): void {
    this.#kept.push(this.css.slice(this.#keptUntil, start), PLACEHOLDER);
    this.#keptUntil = end + 1;
  }

  finish(): string {
    // The end of the text closes open blocks; where the scan stopped, the rest has no rules.
    const isTruncated = this.#scannedUntil < this.css.length && this.#keptUntil < this.css.length;
    if (isTruncated && this.#unit === undefined) this.#drop(this.#scannedUntil, this.css.length);
    if (this.#unit !== undefined) {
      if (isTruncated) this.#unit.isTooComplex = true;
      this.#end(this.#unit, this.css.length);
    }
    if (this.#kept.length === 0) return this.css;
    return (
      this.#kept.join("") +
      this.css.slice(this.#keptUntil) +
      (this.#keptUntil >= this.css.length ? "}".repeat(Math.max(0, this.#groups)) : "")
    );
  }
}

const withoutComments = (css: string): string =>
  css.includes("/*") ? css.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, "") : css;

const isComplex = ({ start, end, nesting, groups, quoted }: Part): boolean =>
  nesting > MAX_NESTING || groups > MAX_GROUPS || end - start - quoted > MAX_DECLARATION || quoted > MAX_DATA_URL;

/** Whether a style attribute, or the value of a property, may be shown as it is. */
export function isSimpleStyle(style: string): boolean {
  for (const part of partsOf(style)) {
    if (part.depth > MAX_NESTING || isComplex(part)) return false;
  }
  return isSafeImage(style);
}
