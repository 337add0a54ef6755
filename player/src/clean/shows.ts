// Detects the first visible content: many recordings start before the page is filled.
import type { TrackedNode } from "./tree.ts";

/** Elements that are visible without text. */
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

/** Elements whose content is not visible. */
const invisible = new Set(["style", "title", "template", "noscript", "datalist", "symbol", "defs"]);

/** Whether the content of the element is visible, judged by its name and attributes. */
export function showsInside(tracked: TrackedNode, attributes: Readonly<Record<string, unknown>>): boolean {
  if (invisible.has(tracked.tag) || isHidden(attributes)) return false;
  return tracked.tag === "body" || tracked.tag === "frameset" || tracked.parent?.showsInside === true;
}

export const isVisible = (tracked: TrackedNode, attributes: Readonly<Record<string, unknown>>): boolean =>
  visible.has(tracked.tag) && attributes["type"] !== "hidden";

export const hasVisibleText = (text: string): boolean => /\S/.test(text);

function isHidden(attributes: Readonly<Record<string, unknown>>): boolean {
  const { style, hidden } = attributes;
  if (typeof hidden === "string" || hidden === true) return true;
  return (
    typeof style === "string" &&
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:width|height)\s*:\s*0(?:px)?\s*(?:;|$))/i.test(style)
  );
}
