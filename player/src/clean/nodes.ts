// Builds sanitized copies of recorded nodes, without anything that the replayer cannot handle.
import { cleanAttributes, type Value } from "./attributes.ts";
import { noteKeys } from "./bounds.ts";
import { MAX_NAME, MAX_TEXT } from "./limits.ts";
import { hasVisibleText, isVisible, showsInside } from "./shows.ts";
import { cleanStyleText } from "./sheets.ts";
import { MAX_DEPTH, type TrackedNode, type Tree } from "./tree.ts";
import { arrayOf, isId, isObject, isOwnName, textOr, type Fields } from "./values.ts";

export interface CleanNode {
  type: number;
  id: number;
  tagName?: string;
  attributes?: Record<string, Value>;
  childNodes?: CleanNode[];
  textContent?: string;
  [name: string]: unknown;
}

const DOCUMENT = 0;
const DOCTYPE = 1;
const ELEMENT = 2;
const TEXT = 3;
const CDATA = 4;
const COMMENT = 5;

/** Elements that are replaced by an empty `noscript`, so that the positions of their siblings stay. */
const emptied = new Set(["script", "noscript", "base"]);

/** Elements that load documents; a `div` replaces them. */
const boxed = new Set(["object", "embed", "applet", "frame", "portal", "fencedframe", "webview"]);

/** Elements other than custom elements that may have a shadow root. */
const shadowHosts = new Set([
  "article",
  "aside",
  "blockquote",
  "body",
  "div",
  "footer",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "header",
  "main",
  "nav",
  "p",
  "section",
  "span",
]);

/** Names with a hyphen that are not custom elements. */
const reserved = new Set([
  "annotation-xml",
  "color-profile",
  "font-face",
  "font-face-src",
  "font-face-uri",
  "font-face-format",
  "font-face-name",
  "missing-glyph",
]);

export const isDocument = (node: Fields): boolean => node["type"] === DOCUMENT;

/** The sanitized node with its descendants, all of which are added to the tree; undefined where there is nothing to show. */
export function cleanTree(node: unknown, tree: Tree, parent: TrackedNode | undefined): CleanNode | undefined {
  if (!isObject(node) || !isId(node["id"])) return undefined;
  // Ids are unique.
  if (tree.find(node["id"]) !== undefined || (parent?.depth ?? 0) >= MAX_DEPTH) return undefined;
  const { id } = node;
  const isElement = node["type"] === ELEMENT;
  if (!tree.has("nodes", 1) || (isElement && !tree.hasComparisons())) {
    tree.budget.omissions.note("elements", id);
    return undefined;
  }
  const shared = { id, ...(tree.find(node["rootId"])?.tag === "#document" ? { rootId: node["rootId"] } : {}) };
  switch (node["type"]) {
    case DOCUMENT:
      return cleanDocument(node, id, tree, parent);
    case DOCTYPE:
      tree.add(id, "#doctype", parent, false);
      return { ...shared, type: DOCTYPE, ...cleanDoctype(node) };
    case ELEMENT:
      return Object.assign(cleanElement(node, id, tree, parent), shared);
    // HTML documents have no CDATA sections.
    case TEXT:
    case CDATA:
      return Object.assign(cleanTextNode(node, id, tree, parent), shared);
    case COMMENT:
      tree.add(id, "#comment", parent, false);
      return { ...shared, type: COMMENT, textContent: "", ...flags(node, "isShadow") };
    default:
      return undefined;
  }
}

function cleanTextNode(node: Fields, id: number, tree: Tree, parent: TrackedNode | undefined): CleanNode {
  const tracked = tree.add(id, "#text", parent, false);
  const text = textOr(node["textContent"], "");
  const clean: CleanNode = { type: TEXT, id, textContent: "", ...flags(node, "isShadow") };
  if (parent?.tag !== "style") clean.textContent = cleanText(tracked, text, tree);
  else {
    Object.assign(clean, flags(node, "isStyle"));
    cleanStyleText(tracked, text, tree, (css) => (clean.textContent = css));
  }
  return clean;
}

/** The part of the text that may be shown; it replaces the current text of the node in the budget. */
export function cleanText(tracked: TrackedNode, text: string, tree: Tree): string {
  tree.giveBack(tracked, "text");
  tree.giveBack(tracked, "turns");
  const bound = tree.boundText(text, Math.min(MAX_TEXT, tree.remaining("text", Math.min(text.length, MAX_TEXT))));
  if (bound.text !== text) tree.budget.omissions.note("texts", tracked.id);
  if (bound.text !== "") tree.take(tracked, "text", bound.text.length);
  tree.hasShown ||= tracked.showsInside && hasVisibleText(bound.text);
  if (bound.turns > 0) tree.take(tracked, "turns", bound.turns);
  return bound.text;
}

/** A document has at most a doctype and one element. */
function cleanDocument(node: Fields, id: number, tree: Tree, parent: TrackedNode | undefined): CleanNode | undefined {
  // Nested documents are allowed only in frames.
  if (parent !== undefined && parent.tag !== "iframe") return undefined;
  const tracked = tree.add(id, "#document", parent, false);
  const parts = arrayOf(node["childNodes"]).filter(isObject);
  const doctype = parts.find(({ type }) => type === DOCTYPE);
  const root = parts.find(({ type }) => type === ELEMENT);
  const childNodes = [doctype, root].map((part) => cleanTree(part, tree, tracked)).filter((part) => part !== undefined);
  const isQuirky = node["compatMode"] === "BackCompat" && childNodes.length > 0;
  return { type: DOCUMENT, id, childNodes, ...(isQuirky ? { compatMode: "BackCompat" } : {}) };
}

function cleanDoctype(node: Fields): Fields {
  const name = /^[a-z][\w.-]*$/i.exec(textOr(node["name"], ""))?.[0] ?? "html";
  const identifier = (key: string): string => textOr(node[key], "").slice(0, MAX_NAME);
  return { name: name.slice(0, MAX_NAME), publicId: identifier("publicId"), systemId: identifier("systemId") };
}

function cleanElement(node: Fields, id: number, tree: Tree, parent: TrackedNode | undefined): CleanNode {
  const isSVG = node["isSVG"] === true;
  const tagName = boundFrames(cleanTag(textOr(node["tagName"], "div"), isSVG), id, tree);
  const tag = tagName.toLowerCase();
  const isShadow = node["isShadow"] === true && parent !== undefined;
  const tracked = tree.add(id, emptied.has(tag) ? "noscript" : tag, parent, isShadow, isSVG);
  if (tag === "iframe") tree.take(tracked, "frames", 1);
  const shown: CleanNode = {
    type: ELEMENT,
    id,
    tagName,
    childNodes: [],
    ...(isSVG ? { isSVG } : {}),
    ...(isShadow ? { isShadow } : {}),
  };
  if (emptied.has(tag)) return { ...shown, tagName: "noscript", attributes: {} };
  const isCustom = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/.test(tagName) && !reserved.has(tagName);
  if (isCustom && node["isCustom"] === true) shown["isCustom"] = true;
  if (node["isShadowHost"] === true && !isSVG && (isCustom || shadowHosts.has(tag))) shown["isShadowHost"] = true;
  const attributes = cleanAttributes(tracked, node["attributes"], tree);
  noteKeys(tracked, attributes, tree);
  tracked.showsInside = showsInside(tracked, attributes);
  tree.hasShown ||= tracked.showsInside && isVisible(tracked, attributes);
  setAttributes(shown, tag, attributes);
  const children = tag === "iframe" ? [] : arrayOf(node["childNodes"]);
  // Documents and doctypes are not allowed in elements.
  const inner = children.filter((child) => isObject(child) && child["type"] !== DOCUMENT && child["type"] !== DOCTYPE);
  shown.childNodes = inner.map((child) => cleanTree(child, tree, tracked)).filter((child) => child !== undefined);
  boundSheet(tracked, shown.childNodes, attributes, tree);
  return shown;
}

/** Replaces a frame beyond the bound by an empty `div`. */
function boundFrames(tagName: string, id: number, tree: Tree): string {
  if (tagName.toLowerCase() !== "iframe" || tree.has("frames", 1)) return tagName;
  tree.budget.omissions.note("frames", id);
  return "div";
}

function boundSheet(
  tracked: TrackedNode,
  children: readonly CleanNode[],
  attributes: Record<string, Value>,
  tree: Tree,
): void {
  if (typeof attributes["_cssText"] !== "string") return;
  const texts = children.filter(({ type }) => type === TEXT).length;
  cleanStyleText(tracked, attributes["_cssText"], tree, (css) => (attributes["_cssText"] = css), texts);
}

/** Attributes of style sheets are copied for the replayer, which modifies them: seeking backward would show the changes. */
function setAttributes(node: CleanNode, tag: string, attributes: Record<string, Value>): void {
  if (tag !== "style" && tag !== "link") {
    node.attributes = attributes;
    return;
  }
  Object.defineProperty(node, "attributes", { get: () => ({ ...attributes }), enumerable: true });
}

/** A name that `createElement` accepts. A prefix in SVG is removed, since it would hide the name from these checks. */
function cleanTag(tagName: string, isSVG: boolean): string {
  const local = isSVG ? tagName.slice(tagName.lastIndexOf(":") + 1) : tagName;
  const isName =
    /^[a-z][\w.:\-\u00b7-\uffff]{0,200}$/i.test(local) && isOwnName(local) && isOwnName(local.toLowerCase());
  return !isName || boxed.has(local.toLowerCase()) ? "div" : local;
}

function flags(node: Fields, ...names: string[]): Record<string, true> {
  return Object.fromEntries(names.filter((name) => node[name] === true).map((name) => [name, true]));
}
