// What the page of a recording holds at a moment, against what it may hold.
import {
  MAX_ATTRIBUTES_TOTAL,
  MAX_CANVAS_TOTAL,
  MAX_FONT,
  MAX_FONTS,
  MAX_FONTS_TOTAL,
  MAX_FRAMES,
  MAX_INSERTED_RULES,
  MAX_NODES,
  MAX_RULES,
  MAX_SHEETS_TOTAL,
  MAX_SPANNED_TOTAL,
  MAX_TEXT_TOTAL,
  MAX_TURNS_TOTAL,
} from "./limits.ts";
import { Omissions } from "./omissions.ts";
import type { RuleReferences } from "./references.ts";
import { Comparisons, type Selector } from "./selectors.ts";

/** What is counted at each node. */
export interface Use {
  nodes: number;
  frames: number;
  text: number;
  turns: number;
  attributes: number;
  spanned: number;
  canvas: number;
}

const most: Readonly<Use> = {
  nodes: MAX_NODES,
  frames: MAX_FRAMES,
  text: MAX_TEXT_TOTAL,
  turns: MAX_TURNS_TOTAL,
  attributes: MAX_ATTRIBUTES_TOTAL,
  spanned: MAX_SPANNED_TOTAL,
  canvas: MAX_CANVAS_TOTAL,
};

export type Resource = keyof Use;

/** The share of the comparisons that sheets may take; the rest is for elements that are added to the page later. */
const SHARE_OF_SHEETS = 0.5;

export class Budget {
  readonly omissions = new Omissions();
  comparisons = new Comparisons();
  #used = nothing();
  #constructed = new Map<number, SheetUse>();
  #sheets = 0;
  #rules = 0;
  #inserted = 0;
  #fonts = 0;
  #fontCharacters = 0;

  /** For a new page. */
  reset(): void {
    this.comparisons = new Comparisons();
    this.#constructed = new Map();
    this.#used = nothing();
    [this.#sheets, this.#rules, this.#inserted] = [0, 0, 0];
  }

  left(resource: Resource): number {
    return most[resource] - this.#used[resource];
  }

  /** A negative amount is given back. */
  add(resource: Resource, amount: number): void {
    this.#used[resource] += amount;
  }

  takeSheet(use: SheetUse, characters: number): boolean {
    if (this.#sheets + characters > MAX_SHEETS_TOTAL) return false;
    this.#sheets += characters;
    use.characters += characters;
    return true;
  }

  takeRules(use: SheetUse, count: number): boolean {
    if (this.#rules + count > MAX_RULES) return false;
    this.#rules += count;
    use.rules += count;
    return true;
  }

  takeInsertedRule(): boolean {
    this.#inserted += 1;
    return this.#inserted <= MAX_INSERTED_RULES;
  }

  takeSelectors(use: SheetUse, selectors: readonly Selector[]): boolean {
    this.comparisons.addSelectors(selectors, 1);
    if (this.comparisons.isWithin(SHARE_OF_SHEETS)) {
      use.selectors.push(...selectors);
      return true;
    }
    this.comparisons.addSelectors(selectors, -1);
    return false;
  }

  /** Gives back what a sheet took that is gone or written anew. */
  release(use: SheetUse): void {
    this.#sheets -= use.characters;
    this.#rules -= use.rules;
    this.comparisons.addSelectors(use.selectors, -1);
    Object.assign(use, noSheet());
  }

  /** What a sheet takes that belongs to no element. */
  constructed(styleId: number): SheetUse {
    const use = this.#constructed.get(styleId) ?? noSheet();
    this.#constructed.set(styleId, use);
    return use;
  }

  /** Fonts stay for the whole recording. */
  takeFont(characters: number): boolean {
    if (characters > MAX_FONT || this.#fonts >= MAX_FONTS || this.#fontCharacters + characters > MAX_FONTS_TOTAL)
      return false;
    this.#fonts += 1;
    this.#fontCharacters += characters;
    return true;
  }
}

/** What a style sheet takes. */
export interface SheetUse {
  characters: number;
  rules: number;
  selectors: Selector[];
  references: RuleReferences[];
}

export const noSheet = (): SheetUse => ({ characters: 0, rules: 0, selectors: [], references: [] });

/** Adds what one sheet takes to what another takes. */
export function mergeSheet(into: SheetUse, { characters, rules, selectors, references }: SheetUse): void {
  into.characters += characters;
  into.rules += rules;
  into.selectors = into.selectors.concat(selectors);
  into.references = into.references.concat(references);
}

const nothing = (): Use => ({ nodes: 0, frames: 0, text: 0, turns: 0, attributes: 0, spanned: 0, canvas: 0 });
