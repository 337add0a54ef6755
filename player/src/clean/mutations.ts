// Sanitizes mutations and applies them to the tree.
import { cleanAttribute, cleanStyle, PROPERTY_PREFIX, type Value } from "./attributes.ts";
import { noteKeys } from "./bounds.ts";
import { cleanText, cleanTree, isDocument, type CleanNode } from "./nodes.ts";
import { showsInside } from "./shows.ts";
import { cleanStyleText } from "./sheets.ts";
import { MAX_ATTRIBUTES } from "./limits.ts";
import { MAX_DEPTH, type TrackedNode, type Tree } from "./tree.ts";
import { arrayOf, isId, isObject, textOr, type Fields } from "./values.ts";

interface Removal {
  id: number;
  parentId: number;
  isShadow?: true;
}

interface Addition {
  parentId: number;
  nextId: number | null;
  previousId?: number;
  node: CleanNode;
}

export function cleanMutation(data: Fields, tree: Tree): Fields {
  const removes = cleanRemovals(data["removes"], tree);
  const adds = cleanAdditions(data["adds"], tree, removes);
  const texts = cleanTexts(data["texts"], tree);
  const attributes = [...cleanChanges(data["attributes"], tree), ...cleanReferences(tree)];
  return {
    source: 0,
    removes,
    adds,
    texts,
    attributes,
    ...(data["isAttachIframe"] === true ? { isAttachIframe: true } : {}),
  };
}

/** Removes the references by which too much would be drawn, whether they are new or their target has grown. */
function cleanReferences(tree: Tree): { id: number; attributes: Fields }[] {
  return tree.takeExcessiveReferences().map(({ tracked, attributes }) => {
    tree.budget.omissions.note("references", tracked.id);
    const isProperty = (name: string): boolean => name.startsWith(PROPERTY_PREFIX);
    const entries = attributes.filter((name) => !isProperty(name)).map((name) => [name, null]);
    const properties = attributes.filter(isProperty).map((name) => [name.slice(PROPERTY_PREFIX.length), false]);
    const style =
      entries.some(([name]) => name === "style") || properties.length === 0
        ? []
        : [["style", Object.fromEntries(properties) as Fields]];
    return { id: tracked.id, attributes: Object.fromEntries([...entries, ...style]) as Fields };
  });
}

function cleanRemovals(removals: unknown, tree: Tree): Removal[] {
  const clean: Removal[] = [];
  for (const removal of arrayOf(removals)) {
    if (isObject(removal)) remove(removal["id"], tree, clean);
  }
  return clean;
}

/** Removes the node from its parent, whatever parent the recording names. */
function remove(id: unknown, tree: Tree, removals: Removal[]): void {
  const tracked = tree.find(id);
  if (tracked?.parent === undefined) return;
  removals.push({ id: tracked.id, parentId: tracked.parent.id, ...(tracked.isShadow ? { isShadow: true } : {}) });
  tree.remove(tracked);
}

function cleanAdditions(additions: unknown, tree: Tree, removals: Removal[]): Addition[] {
  const inOrder = sorted(additions);
  // The replayer applies removals before additions.
  for (const { addition, node } of inOrder) if (isId(addition["parentId"])) remove(node["id"], tree, removals);
  return inOrder
    .map(({ addition, node }) => cleanAddition(addition, node, tree))
    .filter((addition) => addition !== undefined);
}

interface Raw {
  addition: Fields;
  node: Fields;
}

/**
 * Additions sorted so that each comes after its parent and its next sibling; the replayer would do
 * so too, but slowly. Of several with the same id the first is used.
 */
function sorted(additions: unknown): Raw[] {
  const byId = new Map<unknown, Raw>();
  for (const addition of arrayOf(additions)) {
    if (!isObject(addition) || !isObject(addition["node"]) || byId.has(addition["node"]["id"])) continue;
    byId.set(addition["node"]["id"], { addition, node: addition["node"] });
  }
  for (const id of withinThemselves(byId)) byId.delete(id);
  const inOrder: Raw[] = [];
  const begun = new Set<Raw>();
  for (const start of byId.values()) {
    const path = begun.has(start) ? [] : [start];
    for (let current = path.at(-1); current !== undefined; current = path.at(-1)) {
      begun.add(current);
      const needed = [current.addition["parentId"], current.addition["nextId"]].map((id) => byId.get(id));
      const first = needed.find((one) => one !== undefined && !begun.has(one));
      if (first !== undefined) {
        path.push(first);
        continue;
      }
      inOrder.push(current);
      path.pop();
    }
  }
  return inOrder;
}

/** The ids of additions that would be, by their parents, within themselves: no order has the parent first. */
function withinThemselves(byId: ReadonlyMap<unknown, Raw>): Set<unknown> {
  const found = new Set<unknown>();
  const walks = new Map<unknown, unknown>();
  const parentOf = (id: unknown): unknown => byId.get(id)?.addition["parentId"];
  for (const start of byId.keys()) {
    let id: unknown = start;
    for (; byId.has(id) && !walks.has(id); id = parentOf(id)) walks.set(id, start);
    // Met again in the same walk: all from there on are in the cycle.
    if (!byId.has(id) || walks.get(id) !== start) continue;
    for (; !found.has(id); id = parentOf(id)) found.add(id);
  }
  return found;
}

/**
 * An existing node is removed first, with its descendants: so do recorders that move a node, which
 * then add all of them again. Otherwise a move could put one deep branch below another.
 */
function cleanAddition(addition: Fields, node: Fields, tree: Tree): Addition | undefined {
  const { parentId, nextId, previousId } = addition;
  if (!isId(parentId)) return undefined;
  const parent = tree.find(parentId);
  if (parent === undefined ? !isDocument(node) : parent.depth >= MAX_DEPTH) return undefined;
  if (parent !== undefined) {
    const takesNode =
      parent.tag === "iframe"
        ? isDocument(node)
        : !isDocument(node) && (!parent.tag.startsWith("#") || parent.tag === "#document");
    if (!takesNode || parent.tag === "noscript") return undefined;
  }
  // Recorders add the descendants of a node separately, except for those of a document.
  const shown = cleanTree(isDocument(node) ? node : { ...node, childNodes: [] }, tree, parent);
  if (shown === undefined) return undefined;
  // The replayer would not add a node next to a missing sibling, such as the -1 of the oldest
  // recorders.
  const isSibling = (id: unknown): id is number => parent !== undefined && tree.find(id)?.parent === parent;
  return {
    parentId,
    nextId: isSibling(nextId) ? nextId : null,
    ...(isSibling(previousId) ? { previousId } : {}),
    node: shown,
  };
}

function cleanTexts(texts: unknown, tree: Tree): { id: number; value: string }[] {
  const clean: { id: number; value: string }[] = [];
  for (const text of arrayOf(texts)) {
    const tracked = isObject(text) ? tree.find(text["id"]) : undefined;
    if (tracked === undefined || tracked.tag === "noscript" || tracked.tag === "#document") continue;
    const value = textOr((text as Fields)["value"], "");
    const change = { id: tracked.id, value: "" };
    if (tracked.parent?.tag === "style" || tracked.tag === "style")
      cleanStyleText(tracked, value, tree, (css) => (change.value = css));
    else if (tracked.tag !== "#comment") change.value = cleanText(tracked, value, tree);
    clean.push(change);
  }
  return clean;
}

function cleanChanges(changes: unknown, tree: Tree): { id: number; attributes: Fields }[] {
  const clean: { id: number; attributes: Fields }[] = [];
  for (const change of arrayOf(changes)) {
    if (!isObject(change) || !isObject(change["attributes"])) continue;
    const tracked = tree.find(change["id"]);
    if (tracked === undefined || tracked.tag.startsWith("#") || tracked.tag === "noscript") continue;
    clean.push({ id: tracked.id, attributes: cleanChangesOf(tracked, change["attributes"], tree) });
  }
  return clean;
}

function cleanChangesOf(tracked: TrackedNode, changes: Fields, tree: Tree): Fields {
  const clean: Fields = {};
  let count = 0;
  for (const name in changes) {
    count += 1;
    if (count > MAX_ATTRIBUTES) {
      tree.budget.omissions.note("attributes", tracked.id);
      break;
    }
    const value = cleanChange(tracked, name, changes[name], tree);
    if (value !== undefined) clean[name] = value;
  }
  // A hidden element becomes visible when its style or attribute changes; its descendants are not
  // checked again.
  if (
    !tracked.showsInside &&
    ("style" in clean || "hidden" in clean) &&
    tracked.elements > 0 &&
    showsInside(tracked, isObject(clean["style"]) ? {} : clean)
  ) {
    tracked.showsInside = tree.hasShown = true;
  }
  if (typeof clean["_cssText"] === "string")
    cleanStyleText(tracked, clean["_cssText"], tree, (css) => (clean["_cssText"] = css), 0);
  // Selectors do not match styles or values.
  if (Object.keys(clean).some((name) => name !== "style" && name !== "value")) noteKeys(tracked, clean, tree);
  return clean;
}

/** Null removes the attribute. The replayer supports no numbers here. */
function cleanChange(tracked: TrackedNode, name: string, value: unknown, tree: Tree): unknown {
  if (name === "style" && isObject(value)) return cleanStyle(tracked, value, tree);
  const isValue = value === null || typeof value === "string" || typeof value === "number" || value === true;
  const clean: Value | undefined = isValue
    ? cleanAttribute(tracked, name, value === true ? "" : value, tree, true)
    : undefined;
  return typeof clean === "number" ? String(clean) : clean;
}
