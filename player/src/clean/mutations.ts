// Mutations: what was removed, added and changed in the page. The tree follows along.
import { cleanAttribute, cleanStyle, PROPERTY, type Value } from "./attributes.ts";
import { noteKeys } from "./bounds.ts";
import { cleanText, cleanTree, isDocument, type CleanNode } from "./nodes.ts";
import { showsInside } from "./shows.ts";
import { cleanStyleText } from "./sheets.ts";
import { MAX_ATTRIBUTES } from "./limits.ts";
import { MAX_DEPTH, type Place, type Tree } from "./tree.ts";
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

/** Takes away the references by which too much would be drawn, whether they are new or what they name has grown. */
function cleanReferences(tree: Tree): { id: number; attributes: Fields }[] {
  return tree.takeExcessiveReferences().map(({ place, attributes }) => {
    tree.budget.omissions.note("references", place.id);
    const isProperty = (name: string): boolean => name.startsWith(PROPERTY);
    const whole = attributes.filter((name) => !isProperty(name)).map((name) => [name, null]);
    const properties = attributes.filter(isProperty).map((name) => [name.slice(PROPERTY.length), false]);
    const style =
      whole.some(([name]) => name === "style") || properties.length === 0
        ? []
        : [["style", Object.fromEntries(properties) as Fields]];
    return { id: place.id, attributes: Object.fromEntries([...whole, ...style]) as Fields };
  });
}

function cleanRemovals(removals: unknown, tree: Tree): Removal[] {
  const clean: Removal[] = [];
  for (const removal of arrayOf(removals)) {
    if (isObject(removal)) remove(removal["id"], tree, clean);
  }
  return clean;
}

/** Removes the node from where it stands, whatever the recording says about that. */
function remove(id: unknown, tree: Tree, removals: Removal[]): void {
  const place = tree.find(id);
  if (place?.parent === undefined) return;
  removals.push({ id: place.id, parentId: place.parent.id, ...(place.isShadow ? { isShadow: true } : {}) });
  tree.remove(place);
}

function cleanAdditions(additions: unknown, tree: Tree, removals: Removal[]): Addition[] {
  const inOrder = ordered(additions);
  // Removals come first, whatever is added.
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
 * Additions in an order in which each finds its parent and its next sibling. The replayer would sort those out that come
 * too early, but takes its time for it. Of two with one id the first counts.
 */
function ordered(additions: unknown): Raw[] {
  const byId = new Map<unknown, Raw>();
  for (const addition of arrayOf(additions)) {
    if (!isObject(addition) || !isObject(addition["node"]) || byId.has(addition["node"]["id"])) continue;
    byId.set(addition["node"]["id"], { addition, node: addition["node"] });
  }
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

/**
 * A node that is there already is removed first, with all that stands in it: so do recorders that move one, which then
 * add all of it again. A move without that could put one deep branch below another.
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
  // What stands in an added node is added by itself; only a document comes whole.
  const shown = cleanTree(isDocument(node) ? node : { ...node, childNodes: [] }, tree, parent);
  if (shown === undefined) return undefined;
  // Neighbours that are not there, as the -1 of the oldest recorders, would keep the node from being added.
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
    const place = isObject(text) ? tree.find(text["id"]) : undefined;
    if (place === undefined || place.tag === "noscript" || place.tag === "#document") continue;
    const value = textOr((text as Fields)["value"], "");
    const change = { id: place.id, value: "" };
    if (place.parent?.tag === "style" || place.tag === "style")
      cleanStyleText(place, value, tree, (css) => (change.value = css));
    else if (place.tag !== "#comment") change.value = cleanText(place, value, tree);
    clean.push(change);
  }
  return clean;
}

function cleanChanges(changes: unknown, tree: Tree): { id: number; attributes: Fields }[] {
  const clean: { id: number; attributes: Fields }[] = [];
  for (const change of arrayOf(changes)) {
    if (!isObject(change) || !isObject(change["attributes"])) continue;
    const place = tree.find(change["id"]);
    if (place === undefined || place.tag.startsWith("#") || place.tag === "noscript") continue;
    clean.push({ id: place.id, attributes: cleanChangesOf(place, change["attributes"], tree) });
  }
  return clean;
}

function cleanChangesOf(place: Place, changes: Fields, tree: Tree): Fields {
  const clean: Fields = {};
  let count = 0;
  for (const name in changes) {
    count += 1;
    if (count > MAX_ATTRIBUTES) {
      tree.budget.omissions.note("attributes", place.id);
      break;
    }
    const value = cleanChange(place, name, changes[name], tree);
    if (value !== undefined) clean[name] = value;
  }
  // What was hidden is seen as soon as its style or its attribute says so; what is in it is not looked at again.
  if (
    !place.showsInside &&
    ("style" in clean || "hidden" in clean) &&
    place.elements > 0 &&
    showsInside(place, isObject(clean["style"]) ? {} : clean)
  ) {
    place.showsInside = tree.hasShown = true;
  }
  if (typeof clean["_cssText"] === "string")
    cleanStyleText(place, clean["_cssText"], tree, (css) => (clean["_cssText"] = css), 0);
  // A selector looks at what an element is, not at how it is styled.
  if (Object.keys(clean).some((name) => name !== "style" && name !== "value")) noteKeys(place, clean, tree);
  return clean;
}

/** Null takes the attribute away. The replayer knows no numbers here. */
function cleanChange(place: Place, name: string, value: unknown, tree: Tree): unknown {
  if (name === "style" && isObject(value)) return cleanStyle(place, value, tree);
  const isValue = value === null || typeof value === "string" || typeof value === "number" || value === true;
  const clean: Value | undefined = isValue
    ? cleanAttribute(place, name, value === true ? "" : value, tree, true)
    : undefined;
  return typeof clean === "number" ? String(clean) : clean;
}
