// Whether a page shows something yet: many are recorded from before their script has filled them.
import type { Place } from "./tree.ts";

/** What is seen without any text in it. */
const visible = new Set([
  "img",
  "image",
  "canvas",
  "svg",
  "input",
  "textarea",
  "select",
  "button",
  "video",
  "progress",
  "meter",
  "hr",
]);

/** What is not seen, whatever is in it. */
const unseen = new Set(["style", "title", "template", "noscript", "datalist", "symbol", "defs"]);

/** Whether what is in the element is seen, as far as its name and its attributes say. */
export function showsInside(place: Place, attributes: Readonly<Record<string, unknown>>): boolean {
  if (unseen.has(place.tag) || isHidden(attributes)) return false;
  return place.tag === "body" || place.tag === "frameset" || place.parent?.showsInside === true;
}

export const isVisible = (place: Place, attributes: Readonly<Record<string, unknown>>): boolean =>
  visible.has(place.tag) && attributes["type"] !== "hidden";

export const hasVisibleText = (text: string): boolean => /\S/.test(text);

function isHidden(attributes: Readonly<Record<string, unknown>>): boolean {
  const { style, hidden } = attributes;
  if (typeof hidden === "string" || hidden === true) return true;
  return (
    typeof style === "string" &&
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:width|height)\s*:\s*0(?:px)?\s*(?:;|$))/i.test(style)
  );
}
