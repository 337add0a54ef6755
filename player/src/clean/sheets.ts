// Sanitizes the style sheets of a page from all sources, against one budget, once the elements they
// apply to are known.
import { emptySheetUsage, type SheetUsage } from "./budget.ts";
import { cleanSheet, isSimpleStyle, PLACEHOLDER } from "./css.ts";
import { MAX_ENTRIES, MAX_NAME, MAX_SPLIT_SEARCH } from "./limits.ts";
import { referencesOfRules } from "./references.ts";
import type { TrackedNode, Tree } from "./tree.ts";
import { arrayOf, isId, isNumber, isObject, textOr, type Fields } from "./values.ts";

/** What rrweb puts between the texts of a style element. */
const SPLIT = "/* rr_split */";

/** Levels of rules within rules that an index may lead through. */
const MAX_LEVELS = 32;

/**
 * Sanitizes the text of a style element, which replaces the current one of the node, and passes it
 * to `setCss`. `texts` is the number of text nodes that it is split into.
 */
export function cleanStyleText(
  node: TrackedNode,
  css: string,
  tree: Tree,
  setCss: (css: string) => void,
  texts = Infinity,
): void {
  tree.afterEvent(() => {
    node.sheet ??= emptySheetUsage();
    tree.releaseSheet(node.sheet);
    const clean = boundedSheet(css, node.id, tree, node.sheet);
    setCss(texts === Infinity ? clean : withoutExcessSplits(clean, texts));
  });
}

function boundedSheet(css: string, key: unknown, tree: Tree, usage: SheetUsage): string {
  const clean = cleanSheet(tree.assets.inStyle(css), tree, usage);
  if (clean.isWithoutReferences) tree.budget.omissions.note("references", key);
  if (clean.isCut) tree.budget.omissions.note("styles", key);
  return clean.css;
}

/** Joins the pieces beyond the text nodes: the replayer would do so one by one, and searches for each of the others. */
function withoutExcessSplits(css: string, texts: number): string {
  const pieces = css.split(SPLIT);
  if (pieces.length === 1) return css;
  if (pieces.length * css.length > MAX_SPLIT_SEARCH) return pieces.join("");
  if (pieces.length <= Math.max(texts, 1)) return css;
  const kept = Math.max(texts, 1) - 1;
  return [...pieces.slice(0, kept), pieces.slice(kept).join("")].join(SPLIT);
}

/** Rules that a script inserts or deletes, or a sheet that it replaces. */
export function cleanRuleChanges(data: Fields, tree: Tree): Fields {
  const key = data["styleId"] ?? data["id"];
  const clean: Fields = { source: data["source"], ...sheetOf(data) };
  if ("adds" in data) clean["adds"] = cleanRules(data["adds"], key, tree, usageOf(data, tree));
  if ("removes" in data)
    clean["removes"] = objectsOf(data["removes"])
      .map((one) => indexOf(one))
      .filter((one) => "index" in one);
  for (const name of ["replace", "replaceSync"]) {
    const css = data[name];
    if (typeof css !== "string") continue;
    tree.afterEvent(() => {
      const usage = usageOf(data, tree);
      tree.releaseSheet(usage);
      clean[name] = boundedSheet(css, key, tree, usage);
    });
  }
  return clean;
}

export function cleanDeclaration(data: Fields, tree: Tree): Fields {
  const clean: Fields = { source: data["source"], ...sheetOf(data), index: levelsOf(data["index"]) };
  const { set, remove } = data;
  if (isObject(set)) {
    const [property, value, priority] = [
      textOr(set["property"], ""),
      tree.assets.inStyle(textOr(set["value"], "")),
      textOr(set["priority"], ""),
    ];
    if (
      property.length <= MAX_NAME &&
      priority.length <= MAX_NAME &&
      isSimpleStyle(value) &&
      tree.budget.takeSheet(usageOf(data, tree), value.length) &&
      // It is not known which elements the rule is for.
      tree.takeRuleReferences(usageOf(data, tree), referencesOfRules(`*{${property}:${value}}`))
    )
      clean["set"] = { property, value, priority };
    else tree.budget.omissions.note("styles", data["styleId"] ?? data["id"]);
  }
  if (isObject(remove)) clean["remove"] = { property: textOr(remove["property"], "").slice(0, MAX_NAME) };
  return clean;
}

export function cleanAdopted(data: Fields, tree: Tree): Fields {
  const styles = objectsOf(data["styles"]).filter(({ styleId }) => isNumber(styleId));
  const styleIds = arrayOf(data["styleIds"]).slice(0, MAX_ENTRIES).filter(isNumber);
  return {
    source: data["source"],
    ...(isId(data["id"]) ? { id: data["id"] } : {}),
    styles: styles.map(({ styleId, rules }) => ({
      styleId,
      rules: cleanRules(rules, styleId, tree, tree.budget.constructed(styleId as number)),
    })),
    styleIds,
  };
}

/** A rule that matches nothing replaces each removed one, so that the indexes of the others stay. */
function cleanRules(rules: unknown, key: unknown, tree: Tree, usage: SheetUsage): Fields[] {
  const isWithin = (): boolean => {
    const fits = tree.budget.takeInsertedRule();
    if (!fits) tree.budget.omissions.note("styles", key);
    return fits;
  };
  return objectsOf(rules, Infinity)
    .filter(isWithin)
    .map((one) => {
      const clean: Fields = { rule: PLACEHOLDER, ...indexOf(one) };
      const css = textOr(one["rule"], "");
      tree.afterEvent(() => (clean["rule"] = boundedSheet(css, key, tree, usage) || PLACEHOLDER));
      return clean;
    });
}

/** Rules of an element are released with it. */
function usageOf({ id, styleId }: Fields, tree: Tree): SheetUsage {
  const tracked = tree.find(id);
  if (tracked !== undefined) return (tracked.sheet ??= emptySheetUsage());
  return tree.budget.constructed(isNumber(styleId) ? styleId : 0);
}

const objectsOf = (list: unknown, max = MAX_ENTRIES): Fields[] => arrayOf(list).slice(0, max).filter(isObject);

function sheetOf({ id, styleId }: Fields): Fields {
  return { ...(isId(id) ? { id } : {}), ...(isNumber(styleId) ? { styleId } : {}) };
}

function indexOf({ index }: Fields): Fields {
  if (isNumber(index)) return { index };
  return Array.isArray(index) ? { index: levelsOf(index) } : {};
}

const levelsOf = (index: unknown): number[] => arrayOf(index).slice(0, MAX_LEVELS).filter(isNumber);
