// Counts what the recorded page contains at a time, against the limits.
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

/** What is counted for each node. */
export interface Usage {
  nodes: number;
  frames: number;
  text: number;
  turns: number;
  attributes: number;
  spanned: number;
  canvas: number;
}

const limits: Readonly<Usage> = {
  nodes: MAX_NODES,
  frames: MAX_FRAMES,
  text: MAX_TEXT_TOTAL,
  turns: MAX_TURNS_TOTAL,
  attributes: MAX_ATTRIBUTES_TOTAL,
  spanned: MAX_SPANNED_TOTAL,
  canvas: MAX_CANVAS_TOTAL,
};

export type Resource = keyof Usage;

/** Part of the comparisons that style sheets may use; the rest is for elements added later. */
const STYLE_SHEET_RATIO = 0.5;

export class Budget {
  readonly omissions = new Omissions();
  comparisons = new Comparisons();
  #used = nothing();
  #constructed = new Map<number, SheetUsage>();
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

  remaining(resource: Resource): number {
    return limits[resource] - this.#used[resource];
  }

  /** A negative amount is given back. */
  add(resource: Resource, amount: number): void {
    this.#used[resource] += amount;
  }

  takeSheet(usage: SheetUsage, characters: number): boolean {
    if (this.#sheets + characters > MAX_SHEETS_TOTAL) return false;
    this.#sheets += characters;
    usage.characters += characters;
    return true;
  }

  takeRules(usage: SheetUsage, count: number): boolean {
    if (this.#rules + count > MAX_RULES) return false;
    this.#rules += count;
    usage.rules += count;
    return true;
  }

  takeInsertedRule(): boolean {
    this.#inserted += 1;
    return this.#inserted <= MAX_INSERTED_RULES;
  }

  takeSelectors(usage: SheetUsage, selectors: readonly Selector[]): boolean {
    this.comparisons.addSelectors(selectors, 1);
    if (this.comparisons.isWithin(STYLE_SHEET_RATIO)) {
      usage.selectors.push(...selectors);
      return true;
    }
    this.comparisons.addSelectors(selectors, -1);
    return false;
  }

  /** Releases the budget of a sheet that is removed or replaced. */
  release(usage: SheetUsage): void {
    this.#sheets -= usage.characters;
    this.#rules -= usage.rules;
    this.comparisons.addSelectors(usage.selectors, -1);
    Object.assign(usage, emptySheetUsage());
  }

  /** Usage of a constructed style sheet. */
  constructed(styleId: number): SheetUsage {
    const usage = this.#constructed.get(styleId) ?? emptySheetUsage();
    this.#constructed.set(styleId, usage);
    return usage;
  }

  /** Fonts are never released: they stay until the end of the recording. */
  takeFont(characters: number): boolean {
    if (characters > MAX_FONT || this.#fonts >= MAX_FONTS || this.#fontCharacters + characters > MAX_FONTS_TOTAL)
      return false;
    this.#fonts += 1;
    this.#fontCharacters += characters;
    return true;
  }
}

/** Usage of a style sheet. */
export interface SheetUsage {
  characters: number;
  rules: number;
  selectors: Selector[];
  references: RuleReferences[];
}

export const emptySheetUsage = (): SheetUsage => ({ characters: 0, rules: 0, selectors: [], references: [] });

/** Adds the usage of one sheet to that of another. */
export function addUsage(into: SheetUsage, { characters, rules, selectors, references }: SheetUsage): void {
  into.characters += characters;
  into.rules += rules;
  into.selectors = into.selectors.concat(selectors);
  into.references = into.references.concat(references);
}

const nothing = (): Usage => ({ nodes: 0, frames: 0, text: 0, turns: 0, attributes: 0, spanned: 0, canvas: 0 });
