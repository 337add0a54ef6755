// Removes unsafe attributes. The sandbox of the frame runs no script and its policy blocks
// requests; removed here is what would bypass both, and what only one of them would block.
import { boundAttribute, releaseAttribute } from "./bounds.ts";
import { isSimpleStyle } from "./css.ts";
import { MAX_ATTRIBUTES, MAX_NAME } from "./limits.ts";
import type { TrackedNode, Tree } from "./tree.ts";
import { isObject, isOwnName, isNumber } from "./values.ts";

/**
 * Removed: attributes that load a document, submit, set a policy, take the focus or handle keys. A
 * `referrerpolicy` would send the viewer's URL to other hosts; `ping`, `attributionsrc` and the
 * like send beacons.
 */
const forbidden = new Set([
  "accesskey",
  "action",
  "allow",
  "attributionsrc",
  "autofocus",
  "autoplay",
  "browsingtopics",
  "credentialless",
  "csp",
  "formaction",
  "formtarget",
  "http-equiv",
  "imagesrcset",
  "manifest",
  "nonce",
  "ping",
  "privatetoken",
  "referrerpolicy",
  "sandbox",
  "sharedstoragewritable",
  "srcdoc",
  "target",
  "xml:base",
]);

/** Elements whose `href` is an image or a style sheet; on others it may only point into the page itself. */
const loadsHref = new Set(["link", "image", "feimage"]);

/** Link relations of style sheets. All others are icons, connection hints, or have no visible effect. */
const styleSheetRelations = new Set(["stylesheet", "alternate"]);

export type Value = string | number | true | null;

/** Values of other types than rrweb writes are converted to text or omitted. */
export function cleanAttributes(tracked: TrackedNode, attributes: unknown, tree: Tree): Record<string, Value> {
  const clean: Record<string, Value> = {};
  if (!isObject(attributes)) return clean;
  let count = 0;
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== null && value !== true && typeof value !== "string" && !isNumber(value)) continue;
    count += 1;
    if (count > MAX_ATTRIBUTES) {
      tree.budget.omissions.note("attributes", tracked.id);
      break;
    }
    const kept = cleanAttribute(tracked, name, value, tree, false);
    if (kept !== undefined) clean[name] = kept;
  }
  return clean;
}

/** The value to show, or undefined where the attribute is omitted. */
export function cleanAttribute(
  tracked: TrackedNode,
  name: string,
  value: Value,
  tree: Tree,
  isChange: boolean,
): Value | undefined {
  const safe = safeValue(tracked.tag, name, tree.assets.inAttribute(tracked.tag, name, value));
  if (safe === undefined || name === "_cssText") return safe;
  if (safe === null) {
    releaseAttribute(tracked, name, tree);
    return null;
  }
  const text = safe === true ? "" : String(safe);
  const bound = boundAttribute(tracked, name, text, tree, isChange);
  return bound === text ? safe : bound;
}

/** The value, or undefined where it would run a script, load a document or navigate. `tag` as in `TrackedNode`. */
function safeValue(tag: string, name: string, value: Value): Value | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith("on") || forbidden.has(lower) || !isOwnName(name)) return undefined;
  if (lower.startsWith("rr_")) return cleanRrwebAttribute(lower, value);
  if (value === null) return value;
  const text = value === true ? "" : String(value);
  switch (lower) {
    case "href":
    case "xlink:href":
      return cleanHref(tag, text);
    case "src":
      return tag === "iframe" || !isFetchable(text) ? undefined : value;
    case "rel":
      return tag === "link" &&
        text
          .toLowerCase()
          .split(/\s+/)
          .every((word) => word === "" || styleSheetRelations.has(word))
        ? value
        : undefined;
    // <meta name="referrer"> is a policy, too.
    case "name":
      return tag === "iframe" || text.trim().toLowerCase() === "referrer" ? undefined : value;
    // An animation would set attributes without these checks.
    case "attributename":
      return /href|src|^\s*(?:on|class\s*$)/i.test(text) ? undefined : value;
    default:
      return value;
  }
}

/** Attributes that rrweb adds. Media is not played: its files are not in the recording. */
function cleanRrwebAttribute(name: string, value: Value): Value | undefined {
  if (name.startsWith("rr_media")) return undefined;
  if (name === "rr_dataurl") return typeof value === "string" && /^data:image\//i.test(value) ? value : undefined;
  return value;
}

/** Links keep their look but not their URL: browsers resolve the hosts of links before a click. */
function cleanHref(tag: string, text: string): string | undefined {
  if (tag === "a" || tag === "area") return "#";
  if (loadsHref.has(tag)) return isFetchable(text) ? text : undefined;
  return text.startsWith("#") ? text : undefined;
}

/** Whether images and style sheets may have that URL; relative ones may. Browsers skip white space. */
function isFetchable(url: string): boolean {
  // eslint-disable-next-line no-control-regex -- the characters that browsers skip
  const scheme = /^([^:/?#]*):/.exec(url.replace(/[\u0000-\u0020]/g, ""))?.[1]?.toLowerCase();
  return scheme === undefined || ["http", "https", "data", "blob"].includes(scheme);
}

/** Prefix of style properties among attribute names. */
export const PROPERTY_PREFIX = "style.";

type StyleChanges = Record<string, string | false | [string, string]>;

/** The style changes of a mutation, by property. */
export function cleanStyle(tracked: TrackedNode, style: unknown, tree: Tree): StyleChanges | undefined {
  if (!isObject(style)) return undefined;
  const clean: StyleChanges = {};
  for (const name in style) {
    const value = style[name];
    const recorded = Array.isArray(value) ? (value as unknown[])[0] : value;
    if (recorded === false) clean[name] = recorded;
    if (typeof recorded !== "string") continue;
    const text = tree.assets.inStyle(recorded);
    // The budget counts each property as an attribute.
    if (
      name.length > MAX_NAME ||
      !isSimpleStyle(text) ||
      boundAttribute(tracked, PROPERTY_PREFIX + name, text, tree, true) === undefined
    ) {
      tree.budget.omissions.note("styles", tracked.id);
      continue;
    }
    const priority = Array.isArray(value) ? (value as unknown[])[1] : undefined;
    if (!Array.isArray(value)) clean[name] = text;
    else if (typeof priority === "string" && priority.length <= MAX_NAME) clean[name] = [text, priority];
  }
  return clean;
}
