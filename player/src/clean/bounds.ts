// How large the attributes of an element may be, alone and together with all others.
import { isSimpleStyle } from "./css.ts";
import { isSafeImage } from "./images.ts";
import {
  MAX_ATTRIBUTES,
  MAX_CANVAS_SIDE,
  MAX_COLSPAN,
  MAX_DATA_URL,
  MAX_NAME,
  MAX_ROWSPAN,
  MAX_TEXT,
  MAX_VALUE,
} from "./limits.ts";
import { isStandIn } from "./names.ts";
import type { OmissionKind } from "./omissions.ts";
import { referencesIn, verticesIn, verticesInStyle } from "./references.ts";
import { keysOf } from "./selectors.ts";
import type { Place, Tree } from "./tree.ts";

/** Times that a character counts that is not in a `data:` URL: it may be laid out as text. */
const SHOWN = 4;

/** Attributes whose value is shown as text. */
const shown = new Set(["alt", "label", "placeholder", "title", "value"]);

/** The value as it may be shown, or undefined where it may not. */
export function boundAttribute(
  place: Place,
  name: string,
  value: string,
  tree: Tree,
  isChange: boolean,
): string | undefined {
  const lower = name.toLowerCase();
  if ((lower === "name" || lower === "id") && isStandIn(place.tag, value)) return undefined;
  const omit = (kind: OmissionKind): undefined => {
    tree.budget.omissions.note(kind, place.id);
    return undefined;
  };
  if (name.length > MAX_NAME) return omit("attributes");
  if (!isSafeImage(value)) return omit("images");
  if (lower === "style" && !isSimpleStyle(value)) return omit("styles");
  if (isAnimated(place.tag, lower) && /url|var\(|\\/i.test(value)) return omit("references");
  const sized = boundSize(place, lower, value, tree);
  const text = shown.has(lower) ? tree.boundText(sized, MAX_TEXT) : { text: sized, turns: 0 };
  if (text.text !== sized) omit("texts");
  const isData = /^\s*data:/i.test(text.text);
  if (text.text.length > (isData ? MAX_DATA_URL : MAX_VALUE)) return omit("attributes");
  const size = name.length + text.text.length * (isData ? 1 : SHOWN);
  if (isChange ? !takeChange(place, lower, size, tree) : !tree.has("attributes", size)) return omit("attributes");
  if (!isChange) tree.take(place, "attributes", size);
  if (text.turns > 0) tree.take(place, "turns", text.turns);
  if (lower === "id") tree.setAnchor(place, text.text);
  noteDrawing(place, name, text.text, tree);
  return text.text;
}

/** Attributes of SVG animations that hold values of another attribute. */
const animated = new Set(["values", "from", "to", "by"]);

const isAnimated = (tag: string, name: string): boolean =>
  (tag === "set" || tag.startsWith("animate")) && animated.has(name);

/** Notes what the attribute draws by reference. Of HTML elements only the style does. */
function noteDrawing(place: Place, name: string, value: string, tree: Tree): void {
  const isStyle = name === "style" || name.startsWith("style.");
  if (!place.isSVG && !isStyle) return;
  tree.setReferences(place, name, referencesIn(name.replace(/^style\./, ""), value));
  if (name === "d" || name === "points") tree.addVertices(place, verticesIn(value));
  else if (isAnimated(place.tag, name)) tree.addVertices(undefined, verticesIn(value));
  else if (isStyle)
    tree.addVertices(undefined, verticesInStyle(name === "style" ? value : `${name.slice(6)}:${value}`));
}

/** Notes that an attribute was taken away. */
export function releaseAttribute(place: Place, name: string, tree: Tree): void {
  if (name.toLowerCase() === "id") tree.setAnchor(place, undefined);
  tree.setReferences(place, name, []);
}

/** What was set before at that attribute is given back; what an element began with is not. */
function takeChange(place: Place, name: string, size: number, tree: Tree): boolean {
  place.sizes ??= new Map();
  const before = place.sizes.get(name);
  if (before === undefined && place.sizes.size >= MAX_ATTRIBUTES) return false;
  const more = size - (before ?? 0);
  if (more > 0 && !tree.has("attributes", more)) return false;
  place.sizes.set(name, size);
  tree.take(place, "attributes", more);
  return true;
}

/** Numbers that ask for as many boxes or pixels. */
function boundSize(place: Place, name: string, value: string, tree: Tree): string {
  const { tag } = place;
  if ((tag === "td" || tag === "th") && (name === "colspan" || name === "rowspan"))
    return boundArea(place, name === "colspan", value, [1, 1], "spanned", tree);
  if ((tag === "col" || tag === "colgroup") && name === "span")
    return String(Math.min(Number.parseInt(value, 10) || 1, MAX_COLSPAN));
  if (tag === "canvas" && (name === "width" || name === "height"))
    return boundArea(place, name === "width", value, [300, 150], "canvas", tree);
  return value;
}

function boundArea(
  place: Place,
  isFirst: boolean,
  value: string,
  usual: readonly [number, number],
  resource: "spanned" | "canvas",
  tree: Tree,
): string {
  const wanted = Number.parseInt(value, 10);
  if (!(wanted > 1)) return value;
  const mostHere = resource === "canvas" ? MAX_CANVAS_SIDE : isFirst ? MAX_COLSPAN : MAX_ROWSPAN;
  const [first, second] = place.area ?? usual;
  const bound = Math.min(wanted, mostHere);
  const area: [number, number] = isFirst ? [bound, second] : [first, bound];
  const omit = (): void => tree.budget.omissions.note(resource === "canvas" ? "canvases" : "cells", place.id);
  tree.giveBack(place, resource);
  if (!tree.has(resource, area[0] * area[1])) {
    tree.take(place, resource, first * second);
    omit();
    return "1";
  }
  place.area = area;
  tree.take(place, resource, area[0] * area[1]);
  if (bound === wanted) return value;
  omit();
  return String(bound);
}

/** Notes what selectors may name of an element; `changes` are the attributes that are new. */
export function noteKeys(place: Place, changes: Readonly<Record<string, unknown>>, tree: Tree): void {
  const names = Object.keys(changes).map((name) => name.toLowerCase());
  const isChanged = (key: string): boolean =>
    names.some(
      (name) =>
        key === `[${name}` || (name === "class" && key.startsWith(".")) || (name === "id" && key.startsWith("#")),
    );
  const had = place.keys.filter((key) => !isChanged(key));
  tree.setKeys(place, [...new Set([...had, ...keysOf(place.tag, changes)])]);
}
