// Validates and sanitizes the events of a recording one by one, in order of time.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanMutation } from "./mutations.ts";
import { cleanText, cleanTree, type CleanNode } from "./nodes.ts";
import { MAX_ENTRIES, MAX_NAME, MAX_TEXT, MAX_TURNS } from "./limits.ts";
import { cleanAdopted, cleanDeclaration, cleanRuleChanges } from "./sheets.ts";
import { boundText } from "./text.ts";
import type { Tree } from "./tree.ts";
import { arrayOf, isId, isNumber, isObject, isOwnName, numberOr, textOr, clamp, type Fields } from "./values.ts";

export const FULL_SNAPSHOT = 2;
export const INCREMENTAL = 3;
export const META = 4;
export const CUSTOM = 5;
const LAST_TYPE = 7;

const MUTATION = 0;
export const MOUSE_MOVE = 1;
const MOUSE_INTERACTION = 2;
const SCROLL = 3;
export const VIEWPORT_RESIZE = 4;
const INPUT = 5;
const TOUCH_MOVE = 6;
const STYLE_SHEET_RULE = 8;
const FONT = 10;
const DRAG = 12;
const STYLE_DECLARATION = 13;
const SELECTION = 14;
const ADOPTED_STYLE_SHEET = 15;
const LAST_SOURCE = 16;

/** CSS pixels; beyond any screen. */
const MAX_VIEWPORT = 20_000;

/** Milliseconds. A pointer's path covers the half second before its event; longer ones are damaged. */
const MAX_POINTER_DELAY = 5_000;

/** Selected ranges; browsers support one. */
const MAX_RANGES = 100;

/** `"unplayed"`: valid, without a visible effect. Undefined: damaged. */
export type Cleaned = ReplayEvent | "unplayed" | undefined;

export function cleanEvent(event: unknown, tree: Tree): Cleaned {
  const clean = cleanWithoutSheets(event, tree);
  tree.finishEvent();
  return clean;
}

/** Sanitizes all but style sheets, which follow when the elements that they apply to are known. */
function cleanWithoutSheets(event: unknown, tree: Tree): Cleaned {
  if (!isObject(event) || !isNumber(event["timestamp"])) return undefined;
  const { type, data, timestamp } = event;
  if (!Number.isInteger(type) || (type as number) < 0 || (type as number) > LAST_TYPE) return undefined;
  switch (type) {
    case FULL_SNAPSHOT:
      return withData(FULL_SNAPSHOT, cleanSnapshot(data, tree), timestamp);
    case INCREMENTAL:
      return isObject(data) ? withData(INCREMENTAL, cleanIncrement(data, tree), timestamp) : undefined;
    case META:
      return isObject(data) ? withData(META, cleanSize(data) ?? "unplayed", timestamp) : undefined;
    default:
      return "unplayed";
  }
}

function withData(type: number, data: Fields | "unplayed" | undefined, timestamp: number): Cleaned {
  return isObject(data) ? { type, data, timestamp } : data;
}

/** Whether it is a document with an `html` element. Where it is not, the previous page stays. */
function isPage({ type, id, childNodes }: Fields): boolean {
  const root = arrayOf(childNodes).find((node) => isObject(node) && node["type"] === 2) as Fields | undefined;
  return (
    type === 0 &&
    isId(id) &&
    isId(root?.["id"]) &&
    root?.["id"] !== id &&
    textOr(root?.["tagName"], "").toLowerCase() === "html" &&
    root?.["isSVG"] !== true
  );
}

function cleanSnapshot(data: unknown, tree: Tree): Fields | undefined {
  if (!isObject(data) || !isObject(data["node"]) || !isPage(data["node"])) return undefined;
  tree.reset();
  const node = cleanTree(data["node"], tree, undefined);
  const hasRoot =
    node?.childNodes?.some(({ tagName, isSVG }) => tagName?.toLowerCase() === "html" && isSVG !== true) === true;
  if (!hasRoot) return undefined;
  takeReferences(node, tree);
  const offset = isObject(data["initialOffset"]) ? data["initialOffset"] : {};
  return { node, initialOffset: { top: numberOr(offset["top"], 0), left: numberOr(offset["left"], 0) } };
}

/** Removes the references by which too much would be drawn. */
function takeReferences(node: CleanNode, tree: Tree): void {
  const excessive = new Map(tree.takeExcessiveReferences().map(({ tracked, attributes }) => [tracked.id, attributes]));
  const walk = (one: CleanNode): void => {
    for (const name of excessive.get(one.id) ?? []) delete one.attributes?.[name];
    one.childNodes?.forEach(walk);
  };
  if (excessive.size > 0) walk(node);
  for (const id of excessive.keys()) tree.budget.omissions.note("references", id);
}

/** Canvas commands are not replayed, since they need scripts; nor is media, whose files are not in the recording. */
function cleanIncrement(data: Fields, tree: Tree): Fields | "unplayed" | undefined {
  const { source } = data;
  if (!Number.isInteger(source) || (source as number) < 0 || (source as number) > LAST_SOURCE) return undefined;
  switch (source) {
    case MUTATION:
      return cleanMutation(data, tree);
    case MOUSE_MOVE:
    case TOUCH_MOVE:
    case DRAG:
      return cleanPath(source, data["positions"]);
    case MOUSE_INTERACTION:
      return cleanInteraction(data);
    case SCROLL:
      return isId(data["id"])
        ? { source, id: data["id"], x: numberOr(data["x"], 0), y: numberOr(data["y"], 0) }
        : undefined;
    case VIEWPORT_RESIZE: {
      const size = cleanSize(data);
      return size === undefined ? undefined : { source, ...size };
    }
    case INPUT:
      return isId(data["id"])
        ? {
            source,
            id: data["id"],
            text: cleanInput(data["id"], textOr(data["text"], ""), tree),
            isChecked: data["isChecked"] === true,
          }
        : undefined;
    case FONT:
      return cleanFont(data, tree);
    case STYLE_SHEET_RULE:
      return cleanRuleChanges(data, tree);
    case ADOPTED_STYLE_SHEET:
      return cleanAdopted(data, tree);
    case STYLE_DECLARATION:
      return cleanDeclaration(data, tree);
    case SELECTION:
      return cleanSelection(data);
    default:
      return "unplayed";
  }
}

/** The text of a form field, which replaces the current one. */
function cleanInput(id: number, text: string, tree: Tree): string {
  const tracked = tree.find(id);
  if (tracked === undefined) return boundText(text, MAX_TEXT, MAX_TURNS).text;
  return cleanText(tracked, text, tree);
}

function cleanSelection(data: Fields): Fields {
  const ranges = arrayOf(data["ranges"]).slice(0, MAX_RANGES).filter(isObject);
  const clean = ranges.filter(
    ({ start, end, startOffset, endOffset }) =>
      isId(start) && isId(end) && isNumber(startOffset) && isNumber(endOffset),
  );
  return {
    source: SELECTION,
    ranges: clean.map(({ start, end, startOffset, endOffset }) => ({ start, startOffset, end, endOffset })),
  };
}

export function cleanSize(data: Fields): { width: number; height: number } | undefined {
  const { width, height } = data;
  if (!isNumber(width) || !isNumber(height) || width < 1 || height < 1) return undefined;
  return { width: clamp(width, 1, MAX_VIEWPORT), height: clamp(height, 1, MAX_VIEWPORT) };
}

function cleanPath(source: number, positions: unknown): Fields | undefined {
  const clean = arrayOf(positions)
    .slice(0, MAX_ENTRIES)
    .filter(isObject)
    .filter(({ x, y, id, timeOffset }) => isNumber(x) && isNumber(y) && isNumber(id) && isNumber(timeOffset))
    .map(({ x, y, id, timeOffset }) => ({
      x,
      y,
      id,
      timeOffset: clamp(timeOffset as number, -MAX_POINTER_DELAY, MAX_POINTER_DELAY),
    }));
  return clean.length === 0 ? undefined : { source, positions: clean };
}

function cleanInteraction(data: Fields): Fields | undefined {
  const { id, type, x, y, pointerType } = data;
  const last = 10;
  if (!isNumber(id) || !Number.isInteger(type) || (type as number) < 0 || (type as number) > last) return undefined;
  return {
    source: MOUSE_INTERACTION,
    type,
    id,
    x: numberOr(x, 0),
    y: numberOr(y, 0),
    ...(isNumber(pointerType) ? { pointerType } : {}),
  };
}

/** Undefined for a font whose buffer is not an array of bytes: an array-like object could have any length. */
function cleanFont(data: Fields, tree: Tree): Fields | "unplayed" | undefined {
  const { family, fontSource, buffer, descriptors } = data;
  if (typeof family !== "string" || typeof fontSource !== "string" || family.length > MAX_NAME) return undefined;
  const isBuffer = buffer === true;
  if (isBuffer && !/^\s*\[[\d\s,]*\]\s*$/.test(fontSource)) return undefined;
  if (!tree.budget.takeFont(fontSource.length)) {
    tree.budget.omissions.note("fonts", family);
    return "unplayed";
  }
  const texts = isObject(descriptors)
    ? Object.entries(descriptors).filter(
        ([name, value]) => isOwnName(name) && typeof value === "string" && value.length <= MAX_NAME,
      )
    : [];
  return {
    source: FONT,
    family,
    fontSource,
    buffer: isBuffer,
    ...(texts.length > 0 ? { descriptors: Object.fromEntries(texts) } : {}),
  };
}
