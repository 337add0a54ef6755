// Style sheets of a page, wherever they come from: bounded together, and once all that they apply to is known.
import { noSheet, type SheetUse } from "./budget.ts";
import { cleanSheet, isSimpleStyle, PLACEHOLDER } from "./css.ts";
import { MAX_ENTRIES, MAX_NAME, MAX_SPLIT_SEARCH } from "./limits.ts";
import { referencesOfRules } from "./references.ts";
import type { Place, Tree } from "./tree.ts";
import { arrayOf, isId, isNumber, isObject, textOr, type Fields } from "./values.ts";

/** What rrweb puts between the texts of a style element. */
const SPLIT = "/* rr_split */";

/** Levels of rules within rules that an index may lead through. */
const MAX_LEVELS = 32;

/**
 * Gives the text of a style element, or what of it may be shown, in place of the one that the node had. `texts` is how
 * many text nodes it is spread over.
 */
export function cleanStyleText(
  node: Place,
  css: string,
  tree: Tree,
  give: (css: string) => void,
  texts = Infinity,
): void {
  tree.afterEvent(() => {
    node.sheet ??= noSheet();
    tree.releaseSheet(node.sheet);
    const clean = boundedSheet(css, node.id, tree, node.sheet);
    give(texts === Infinity ? clean : withoutExcessSplits(clean, texts));
  });
}

function boundedSheet(css: string, key: unknown, tree: Tree, use: SheetUse): string {
  const clean = cleanSheet(css, tree, use);
  if (clean.isWithoutReferences) tree.budget.omissions.note("references", key);
  if (clean.isCut) tree.budget.omissions.note("styles", key);
  return clean.css;
}

/** The replayer joins the pieces that have no text node one by one, and looks for each of the others. */
function withoutExcessSplits(css: string, texts: number): string {
  const pieces = css.split(SPLIT);
  if (pieces.length === 1) return css;
  if (pieces.length * css.length > MAX_SPLIT_SEARCH) return pieces.join("");
  if (pieces.length <= Math.max(texts, 1)) return css;
  const kept = Math.max(texts, 1) - 1;
  return [...pieces.slice(0, kept), pieces.slice(kept).join("")].join(SPLIT);
}

/** Rules that a script adds and removes one by one, or a sheet that it writes anew. */
export function cleanRuleChanges(data: Fields, tree: Tree): Fields {
  const key = data["styleId"] ?? data["id"];
  const clean: Fields = { source: data["source"], ...sheetOf(data) };
  if ("adds" in data) clean["adds"] = cleanRules(data["adds"], key, tree, useOf(data, tree));
  if ("removes" in data)
    clean["removes"] = objectsOf(data["removes"])
      .map((one) => indexOf(one))
      .filter((one) => "index" in one);
  for (const name of ["replace", "replaceSync"]) {
    const css = data[name];
    if (typeof css !== "string") continue;
    tree.afterEvent(() => {
      const use = useOf(data, tree);
      tree.releaseSheet(use);
      clean[name] = boundedSheet(css, key, tree, use);
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
      textOr(set["value"], ""),
      textOr(set["priority"], ""),
    ];
    if (
      property.length <= MAX_NAME &&
      priority.length <= MAX_NAME &&
      isSimpleStyle(value) &&
      tree.budget.takeSheet(useOf(data, tree), value.length) &&
      // It is not known which elements the rule is for.
      tree.takeRuleReferences(useOf(data, tree), referencesOfRules(`*{${property}:${value}}`))
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

/** A rule that is left out makes way for one that matches nothing: those behind it keep their index. */
function cleanRules(rules: unknown, key: unknown, tree: Tree, use: SheetUse): Fields[] {
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
      tree.afterEvent(() => (clean["rule"] = boundedSheet(css, key, tree, use) || PLACEHOLDER));
      return clean;
    });
}

/** Rules of an element go with it. */
function useOf({ id, styleId }: Fields, tree: Tree): SheetUse {
  const place = tree.find(id);
  if (place !== undefined) return (place.sheet ??= noSheet());
  return tree.budget.constructed(isNumber(styleId) ? styleId : 0);
}

const objectsOf = (list: unknown, most = MAX_ENTRIES): Fields[] => arrayOf(list).slice(0, most).filter(isObject);

function sheetOf({ id, styleId }: Fields): Fields {
  return { ...(isId(id) ? { id } : {}), ...(isNumber(styleId) ? { styleId } : {}) };
}

function indexOf({ index }: Fields): Fields {
  if (isNumber(index)) return { index };
  return Array.isArray(index) ? { index: levelsOf(index) } : {};
}

const levelsOf = (index: unknown): number[] => arrayOf(index).slice(0, MAX_LEVELS).filter(isNumber);
