// Checks images in `data:` URLs: a small one may declare a huge size, and an SVG image may draw
// itself by reference.
import { MAX_IMAGE_PIXELS, MAX_NODES, MAX_SVG_IMAGE } from "./limits.ts";
import { keysOf, withoutEscapes } from "./selectors.ts";
import { excessive, referencesIn, referencesOfRules, verticesIn, type Reference, type Referrer } from "./references.ts";

/** Characters of the type and parameters of an image. */
const MAX_MEDIA_TYPE = 200;

/** Base64 characters at the start of an image that are searched for its size. */
const HEADER_CHARS = 4_000;

/** Whether the images that a value or a style holds may be decoded. */
export function isSafeImage(value: string): boolean {
  if (!/data\s*:\s*image|\\|d\s*a\s*t\s*a\s*:/i.test(value)) return true;
  // Browsers ignore line breaks and tabs in URLs, and decode escapes in styles.
  const text = (value.includes("\\") ? withoutEscapes(value) : value).replace(/[\t\n\r]/g, "");
  for (const { index, 0: start } of text.matchAll(/data:\s*image\//gi)) {
    const comma = text.indexOf(",", index);
    if (comma < 0) continue;
    if (comma - index > MAX_MEDIA_TYPE) return false;
    const head = text.slice(index + start.length, comma).toLowerCase();
    const isBase64 = /;\s*base64\s*$/.test(head);
    if (
      head.startsWith("svg")
        ? !isSafeSvg(text, comma + 1, isBase64)
        : isBase64 && !isSafePixels(text.slice(comma + 1, comma + 1 + HEADER_CHARS))
    )
      return false;
  }
  return true;
}

function isSafeSvg(text: string, start: number, isBase64: boolean): boolean {
  // The end of an image that is not in Base64 is unknown, but the text after it has few tags.
  const rest = text.slice(start, start + MAX_SVG_IMAGE + 1);
  const end = isBase64 ? rest.search(/[^A-Za-z0-9+/=\s%]/) : -1;
  const encoded = (end < 0 ? rest : rest.slice(0, end)).replace(/\s+[\d.]+[wx]\s*$/, "");
  if (encoded.length > MAX_SVG_IMAGE) return false;
  const svg = isBase64 ? fromBase64(encoded) : fromPercent(encoded);
  // Entities of a document type multiply text.
  return svg !== undefined && !/<!ENTITY|<\?xml-stylesheet|@import[^;]*data:/i.test(svg) && isSafeMarkup(svg);
}

interface Tag extends Referrer {
  parent: Tag | undefined;
  anchor: string | undefined;
  references: Reference[];
  ruleReferences: Reference[][];
  vertices: number;
}

function isSafeMarkup(svg: string): boolean {
  const tags: Tag[] = [];
  const rules = rulesIn(svg);
  let current: Tag | undefined;
  for (const [, closing, inside = "", empty] of svg.matchAll(/<(\/?)([a-z](?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/gi)) {
    if (closing === "/") {
      current = current?.parent;
      continue;
    }
    const tag: Tag = { parent: current, anchor: undefined, references: [], ruleReferences: [], vertices: 0 };
    const attributes: Record<string, string> = {};
    for (const [, name = "", first, second] of inside.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
      const value = withoutCharacterReferences(first ?? second ?? "");
      attributes[name] = value;
      if (name.toLowerCase() === "id") tag.anchor = value;
      if (name === "d" || name === "points") tag.vertices += verticesIn(value);
      tag.references.push(...referencesIn(name, value));
    }
    if (rules.size > 0) {
      const tagName = /^[^\s/]*/.exec(inside)?.[0].replace(/^.*:/, "").toLowerCase() ?? "";
      for (const key of keysOf(tagName, attributes)) tag.ruleReferences.push(...(rules.get(key) ?? []));
    }
    tags.push(tag);
    if (tags.length > MAX_NODES) return false;
    if (empty !== "/") current = tag;
  }
  return excessive(tags, { rules: [...rules.values()].flat(), declaredVertices: 0 }).length === 0;
}

/** The references of the style sheets in an SVG image, by what an element must have (see `keysOf`). */
function rulesIn(svg: string): Map<string, Reference[][]> {
  const rules = new Map<string, Reference[][]>();
  for (const [, css = ""] of svg.matchAll(/<(?:\w+:)?style\b[^>]*>([\s\S]*?)(?:<\/(?:\w+:)?style|$)/gi)) {
    const text = withoutCharacterReferences(css.replace(/<!\[CDATA\[|\]\]>|<!--|-->/g, ""));
    for (const { keys, references } of referencesOfRules(text)) {
      for (const key of keys) {
        const known = rules.get(key);
        if (known === undefined) rules.set(key, [[...references]]);
        else known[0]?.push(...references);
      }
    }
  }
  return rules;
}

const withoutCharacterReferences = (text: string): string =>
  text.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_, hex: string | undefined, decimal: string | undefined) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });

function fromPercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return undefined;
  }
}

function fromBase64(text: string): string | undefined {
  try {
    return atob(decodeURIComponent(text).replace(/\s/g, ""));
  } catch {
    return undefined;
  }
}

/** PNG, GIF and BMP declare their size at the start; browsers reject or shrink other huge images themselves. */
function isSafePixels(base64: string): boolean {
  const bytes = fromBase64(
    base64
      .slice(0, 64)
      .replace(/[^A-Za-z0-9+/]/g, "")
      .slice(0, 60),
  );
  if (bytes === undefined) return true;
  const byte = (at: number): number => bytes.charCodeAt(at) || 0;
  const little = (at: number): number => byte(at) + byte(at + 1) * 256;
  const big = (at: number): number => ((byte(at) * 256 + byte(at + 1)) * 256 + byte(at + 2)) * 256 + byte(at + 3);
  if (bytes.startsWith("\x89PNG")) return big(16) * big(20) <= MAX_IMAGE_PIXELS;
  if (bytes.startsWith("GIF8")) return little(6) * little(8) <= MAX_IMAGE_PIXELS;
  if (bytes.startsWith("BM"))
    return (little(18) + little(20) * 65_536) * (little(22) + little(24) * 65_536) <= MAX_IMAGE_PIXELS;
  return true;
}
