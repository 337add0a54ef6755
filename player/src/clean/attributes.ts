// Which attributes of a recorded page are shown. The frame runs no script and its policy stops fetches; what is taken out
// here is what would still reach beyond it, and what would be stopped by one of the two alone.
import { boundAttribute, releaseAttribute } from "./bounds.ts";
import { isSimpleStyle } from "./css.ts";
import { MAX_ATTRIBUTES, MAX_NAME } from "./limits.ts";
import type { Place, Tree } from "./tree.ts";
import { isObject, isOwnName, isNumber } from "./values.ts";

/**
 * Never shown: what loads a document, sends, names a policy, takes the focus or reacts to keys. A `referrerpolicy` would
 * tell other hosts where the viewer is; `ping`, `attributionsrc` and the like send beacons.
 */
const never = new Set([
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

/** Elements whose `href` is a picture or a style sheet; elsewhere it may only point into the page itself. */
const fetchesHref = new Set(["link", "image", "feimage"]);

/** Relations that fetch the sheet of a page. All others are icons, hints to connect ahead, or nothing that is seen. */
const ofSheets = new Set(["stylesheet", "alternate"]);

export type Value = string | number | true | null;

/** What a recorder that is not rrweb may write too is taken as text or left out. */
export function cleanAttributes(place: Place, attributes: unknown, tree: Tree): Record<string, Value> {
  const clean: Record<string, Value> = {};
  if (!isObject(attributes)) return clean;
  let count = 0;
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== null && value !== true && typeof value !== "string" && !isNumber(value)) continue;
    count += 1;
    if (count > MAX_ATTRIBUTES) {
      tree.budget.omissions.note("attributes", place.id);
      break;
    }
    const kept = cleanAttribute(place, name, value, tree, false);
    if (kept !== undefined) clean[name] = kept;
  }
  return clean;
}

/** The value to show, or undefined where the attribute is left out. `isChange`: it may take the place of another. */
export function cleanAttribute(
  place: Place,
  name: string,
  value: Value,
  tree: Tree,
  isChange: boolean,
): Value | undefined {
  const harmless = harmlessAttribute(place.tag, name, value);
  if (harmless === undefined || name === "_cssText") return harmless;
  if (harmless === null) {
    releaseAttribute(place, name, tree);
    return null;
  }
  const text = harmless === true ? "" : String(harmless);
  const bound = boundAttribute(place, name, text, tree, isChange);
  return bound === text ? harmless : bound;
}

/** The value, or undefined where it would run, fetch or lead away. `tag` as in `Place`. */
function harmlessAttribute(tag: string, name: string, value: Value): Value | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith("on") || never.has(lower) || !isOwnName(name)) return undefined;
  if (lower.startsWith("rr_")) return cleanOwn(lower, value);
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
          .every((word) => word === "" || ofSheets.has(word))
        ? value
        : undefined;
    // <meta name="referrer"> is a policy, too.
    case "name":
      return tag === "iframe" || text.trim().toLowerCase() === "referrer" ? undefined : value;
    // What an animation sets passes by everything above.
    case "attributename":
      return /href|src|^\s*(?:on|class\s*$)/i.test(text) ? undefined : value;
    default:
      return value;
  }
}

/** What rrweb itself notes at an element. Nothing plays sound or film: its files are not in the recording. */
function cleanOwn(name: string, value: Value): Value | undefined {
  if (name.startsWith("rr_media")) return undefined;
  if (name === "rr_dataurl") return typeof value === "string" && /^data:image\//i.test(value) ? value : undefined;
  return value;
}

/** A link stays one to see, but leads nowhere: browsers look up the hosts of links ahead of a click. */
function cleanHref(tag: string, text: string): string | undefined {
  if (tag === "a" || tag === "area") return "#";
  if (fetchesHref.has(tag)) return isFetchable(text) ? text : undefined;
  return text.startsWith("#") ? text : undefined;
}

/** Whether an address is one that a page loads a picture or a sheet from; relative ones are. Browsers skip white space. */
function isFetchable(address: string): boolean {
  // eslint-disable-next-line no-control-regex -- those are what browsers skip
  const scheme = /^([^:/?#]*):/.exec(address.replace(/[\u0000-\u0020]/g, ""))?.[1]?.toLowerCase();
  return scheme === undefined || ["http", "https", "data", "blob"].includes(scheme);
}

/** Before the name of a property that was set alone, where its name is kept as that of an attribute. */
export const PROPERTY = "style.";

type StyleChanges = Record<string, string | false | [string, string]>;

/** The style of an element as a mutation reports it: what changed, property by property. */
export function cleanStyle(place: Place, style: unknown, tree: Tree): StyleChanges | undefined {
  if (!isObject(style)) return undefined;
  const clean: StyleChanges = {};
  for (const name in style) {
    const value = style[name];
    const text = Array.isArray(value) ? (value as unknown[])[0] : value;
    if (text === false) clean[name] = text;
    if (typeof text !== "string") continue;
    // Each property is an attribute of its own to the budget; its value is bounded as that of the whole attribute.
    if (
      name.length > MAX_NAME ||
      !isSimpleStyle(text) ||
      boundAttribute(place, PROPERTY + name, text, tree, true) === undefined
    ) {
      tree.budget.omissions.note("styles", place.id);
      continue;
    }
    const priority = Array.isArray(value) ? (value as unknown[])[1] : undefined;
    if (!Array.isArray(value)) clean[name] = text;
    else if (typeof priority === "string" && priority.length <= MAX_NAME) clean[name] = [text, priority];
  }
  return clean;
}
