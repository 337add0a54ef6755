// Bounds the attributes of an element, alone and together with all others.
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
import { isClobbering } from "./names.ts";
import type { OmissionKind } from "./omissions.ts";
import { referencesIn, verticesIn, verticesInStyle } from "./references.ts";
import { keysOf } from "./selectors.ts";
import type { TrackedNode, Tree } from "./tree.ts";

/** Weight of a character outside of `data:` URLs: it may be laid out as text. */
const TEXT_WEIGHT = 4;

/** Attributes whose value is shown as text. */
const displayed = new Set(["alt", "label", "placeholder", "title", "value"]);

/** The value as it may be shown, or undefined where it may not. */
export function boundAttribute(
  tracked: TrackedNode,
  name: string,
  value: string,
  tree: Tree,
  isChange: boolean,
): string | undefined {
  const lower = name.toLowerCase();
  if ((lower === "name" || lower === "id") && isClobbering(tracked.tag, value)) return undefined;
  const omit = (kind: OmissionKind): undefined => {
    tree.budget.omissions.note(kind, tracked.id);
    return undefined;
  };
  if (name.length > MAX_NAME) return omit("attributes");
  if (!isSafeImage(value)) return omit("images");
  if (lower === "style" && !isSimpleStyle(value)) return omit("styles");
  if (isAnimated(tracked.tag, lower) && /url|var\(|\\/i.test(value)) return omit("references");
  const sized = boundSize(tracked, lower, value, tree);
  const text = displayed.has(lower) ? tree.boundText(sized, MAX_TEXT) : { text: sized, turns: 0 };
  if (text.text !== sized) omit("texts");
  const isData = /^\s*data:/i.test(text.text);
  if (text.text.length > (isData ? MAX_DATA_URL : MAX_VALUE)) return omit("attributes");
  const size = name.length + text.text.length * (isData ? 1 : TEXT_WEIGHT);
  if (isChange ? !takeChange(tracked, lower, size, tree) : !tree.has("attributes", size)) return omit("attributes");
  if (!isChange) tree.take(tracked, "attributes", size);
  if (text.turns > 0) tree.take(tracked, "turns", text.turns);
  if (lower === "id") tree.setAnchor(tracked, text.text);
  noteDrawing(tracked, name, text.text, tree);
  return text.text;
}

/** Attributes of SVG animations that hold values of another attribute. */
const animated = new Set(["values", "from", "to", "by"]);

const isAnimated = (tag: string, name: string): boolean =>
  (tag === "set" || tag.startsWith("animate")) && animated.has(name);

/** Notes what the attribute draws by reference. Of HTML elements only the style does. */
function noteDrawing(tracked: TrackedNode, name: string, value: string, tree: Tree): void {
  const isStyle = name === "style" || name.startsWith("style.");
  if (!tracked.isSVG && !isStyle) return;
  tree.setReferences(tracked, name, referencesIn(name.replace(/^style\./, ""), value));
  if (name === "d" || name === "points") tree.addVertices(tracked, verticesIn(value));
  else if (isAnimated(tracked.tag, name)) tree.addVertices(undefined, verticesIn(value));
  else if (isStyle)
    tree.addVertices(undefined, verticesInStyle(name === "style" ? value : `${name.slice(6)}:${value}`));
}

/** Notes that an attribute was removed. */
export function releaseAttribute(tracked: TrackedNode, name: string, tree: Tree): void {
  if (name.toLowerCase() === "id") tree.setAnchor(tracked, undefined);
  tree.setReferences(tracked, name, []);
}

/** Releases the former value of the attribute, unless the element was added with it. */
function takeChange(tracked: TrackedNode, name: string, size: number, tree: Tree): boolean {
  tracked.sizes ??= new Map();
  const before = tracked.sizes.get(name);
  if (before === undefined && tracked.sizes.size >= MAX_ATTRIBUTES) return false;
  const more = size - (before ?? 0);
  if (more > 0 && !tree.has("attributes", more)) return false;
  tracked.sizes.set(name, size);
  tree.take(tracked, "attributes", more);
  return true;
}

/** Bounds numbers that create as many boxes or pixels. */
function boundSize(tracked: TrackedNode, name: string, value: string, tree: Tree): string {
  const { tag } = tracked;
  if ((tag === "td" || tag === "th") && (name === "colspan" || name === "rowspan"))
    return boundArea(tracked, name === "colspan", value, [1, 1], "spanned", tree);
  if ((tag === "col" || tag === "colgroup") && name === "span")
    return String(Math.min(Number.parseInt(value, 10) || 1, MAX_COLSPAN));
  if (tag === "canvas" && (name === "width" || name === "height"))
    return boundArea(tracked, name === "width", value, [300, 150], "canvas", tree);
  return value;
}

function boundArea(
  tracked: TrackedNode,
  isFirst: boolean,
  value: string,
  usual: readonly [number, number],
  resource: "spanned" | "canvas",
  tree: Tree,
): string {
  const wanted = Number.parseInt(value, 10);
  if (!(wanted > 1)) return value;
  const max = resource === "canvas" ? MAX_CANVAS_SIDE : isFirst ? MAX_COLSPAN : MAX_ROWSPAN;
  const [first, second] = tracked.area ?? usual;
  const bound = Math.min(wanted, max);
  const area: [number, number] = isFirst ? [bound, second] : [first, bound];
  const omit = (): void => tree.budget.omissions.note(resource === "canvas" ? "canvases" : "cells", tracked.id);
  tree.giveBack(tracked, resource);
  if (!tree.has(resource, area[0] * area[1])) {
    tree.take(tracked, resource, first * second);
    omit();
    return "1";
  }
  tracked.area = area;
  tree.take(tracked, resource, area[0] * area[1]);
  if (bound === wanted) return value;
  omit();
  return String(bound);
}

/** Notes what selectors can match the element by; `changes` are its new attributes. */
export function noteKeys(tracked: TrackedNode, changes: Readonly<Record<string, unknown>>, tree: Tree): void {
  const names = Object.keys(changes).map((name) => name.toLowerCase());
  const isChanged = (key: string): boolean =>
    names.some(
      (name) =>
        key === `[${name}` || (name === "class" && key.startsWith(".")) || (name === "id" && key.startsWith("#")),
    );
  const had = tracked.keys.filter((key) => !isChanged(key));
  tree.setKeys(tracked, [...new Set([...had, ...keysOf(tracked.tag, changes)])]);
}
