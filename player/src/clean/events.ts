// Events of a recording, checked and cleaned one by one, in order of time.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanMutation } from "./mutations.ts";
import { cleanTree } from "./nodes.ts";
import type { Tree } from "./tree.ts";
import { arrayOf, isId, isNumber, isObject, numberOr, textOr, within, type Fields } from "./values.ts";

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

/** A pointer's path tells where it was in the half second before; more is a fault. */
const MAX_POINTER_DELAY = 5_000;

/** `"unplayed"`: sensible, but it changes nothing that is shown. Undefined: it makes no sense. */
export type Cleaned = ReplayEvent | "unplayed" | undefined;

export function cleanEvent(event: unknown, tree: Tree): Cleaned {
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

/** A page is a document with an `html` element in it. */
function cleanSnapshot(data: unknown, tree: Tree): Fields | undefined {
  if (!isObject(data) || !isObject(data["node"]) || data["node"]["type"] !== 0) return undefined;
  tree.reset();
  const node = cleanTree(data["node"], tree, undefined);
  const hasRoot = node?.childNodes?.some(({ tagName, isSVG }) => tagName?.toLowerCase() === "html" && isSVG !== true) === true;
  if (!hasRoot) return undefined;
  const offset = isObject(data["initialOffset"]) ? data["initialOffset"] : {};
  return { node, initialOffset: { top: numberOr(offset["top"], 0), left: numberOr(offset["left"], 0) } };
}

/** Canvas commands are not replayed, since that takes scripts; nor is media, since its files are not in the recording. */
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
      return isId(data["id"]) ? { source, id: data["id"], x: numberOr(data["x"], 0), y: numberOr(data["y"], 0) } : undefined;
    case VIEWPORT_RESIZE: {
      const size = cleanSize(data);
      return size === undefined ? undefined : { source, ...size };
    }
    case INPUT:
      return isId(data["id"]) ? { source, id: data["id"], text: textOr(data["text"], ""), isChecked: data["isChecked"] === true } : undefined;
    case FONT:
      return cleanFont(data);
    case STYLE_SHEET_RULE:
    case ADOPTED_STYLE_SHEET:
      return { ...data, source, ...listsOf(data, "adds", "removes", "styles", "styleIds") };
    case STYLE_DECLARATION:
    case SELECTION:
      return { ...data, source, ...listsOf(data, "index", "ranges") };
    default:
      return "unplayed";
  }
}

/** Of the fields that are lists, what is in them besides null. */
function listsOf(data: Fields, ...names: string[]): Fields {
  return Object.fromEntries(names.filter((name) => name in data).map((name) => [name, arrayOf(data[name]).filter((one) => one !== null)]));
}

export function cleanSize(data: Fields): { width: number; height: number } | undefined {
  const { width, height } = data;
  if (!isNumber(width) || !isNumber(height) || width < 1 || height < 1) return undefined;
  return { width: within(width, 1, MAX_VIEWPORT), height: within(height, 1, MAX_VIEWPORT) };
}

function cleanPath(source: number, positions: unknown): Fields | undefined {
  const clean = arrayOf(positions)
    .filter(isObject)
    .filter(({ x, y, id, timeOffset }) => isNumber(x) && isNumber(y) && isNumber(id) && isNumber(timeOffset))
    .map(({ x, y, id, timeOffset }) => ({ x, y, id, timeOffset: within(timeOffset as number, -MAX_POINTER_DELAY, MAX_POINTER_DELAY) }));
  return clean.length === 0 ? undefined : { source, positions: clean };
}

function cleanInteraction(data: Fields): Fields | undefined {
  const { id, type, x, y, pointerType } = data;
  const last = 10;
  if (!isNumber(id) || !Number.isInteger(type) || (type as number) < 0 || (type as number) > last) return undefined;
  return { source: MOUSE_INTERACTION, type, id, x: numberOr(x, 0), y: numberOr(y, 0), ...(isNumber(pointerType) ? { pointerType } : {}) };
}

function cleanFont(data: Fields): Fields | undefined {
  const { family, fontSource, buffer, descriptors } = data;
  if (typeof family !== "string" || typeof fontSource !== "string") return undefined;
  return { source: FONT, family, fontSource, buffer: buffer === true, ...(isObject(descriptors) ? { descriptors } : {}) };
}
