// Style sheets as the replay needs them: a pointer that is replayed sets a class where a real one
// makes `:hover` apply, and the screen is the replay's. The replayer's own adaptation takes time by
// the square of the number of rules.
import { partsOf } from "../clean/css-scan.ts";

const needsAdaptation = /:hover|(?:max|min)-device-(?:width|height)/;
const deviceSize = /(max|min)-device-(width|height)/g;

export function adaptSheet(css: string): string {
  if (!needsAdaptation.test(css)) return css;
  let adapted = "";
  let end = 0;
  for (const part of partsOf(css)) {
    if (part.type !== "prelude") continue;
    const prelude = css.slice(part.start, part.end);
    const isAtRule = /^(?:\s|\/\*[\s\S]*?\*\/)*@/.test(prelude);
    const changed = isAtRule ? prelude.replace(deviceSize, "$1-$2") : withPointer(prelude);
    adapted += css.slice(end, part.start) + changed;
    end = part.end;
  }
  return adapted + css.slice(end);
}

/** The selectors, and each with `:hover` again with the class that replaces it. */
function withPointer(selectors: string): string {
  const bare = selectors.replace(/\/\*[\s\S]*?\*\//g, " ");
  if (!bare.includes(":hover")) return selectors;
  const hovered = listOf(bare).filter((selector) => selector.includes(":hover"));
  return [selectors.trimEnd(), ...hovered.map((selector) => selector.replace(/:hover/g, ".\\:hover"))].join(",\n");
}

/** The selectors of a list, split at its outermost commas. */
function listOf(selectors: string): string[] {
  const found: string[] = [];
  let [start, depth] = [0, 0];
  for (const { 0: token, index } of selectors.matchAll(
    /\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[()[\],]/g,
  )) {
    if (token === "(" || token === "[") depth += 1;
    else if (token === ")" || token === "]") depth -= 1;
    else if (token === "," && depth <= 0) {
      found.push(selectors.slice(start, index));
      start = index + 1;
    }
  }
  return [...found, selectors.slice(start)].map((selector) => selector.trim());
}
