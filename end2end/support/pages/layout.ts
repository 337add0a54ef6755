// Detects layout faults of a page, measured on screen.
import type { Locator, Page } from "@playwright/test";

/** By how much the page can be scrolled horizontally, in px. */
export function horizontalOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Cells of these columns whose text is truncated. */
export function truncatedCells(grid: Locator, columns: readonly string[]): Promise<string[]> {
  return grid.evaluate((root, names) => {
    const cells = [...root.querySelectorAll<HTMLElement>('[role="gridcell"], [role="columnheader"]')];
    const selected = cells.filter((cell) => names.includes(cell.dataset["col"] ?? ""));
    const truncated = selected.filter((cell) => cell.scrollWidth > cell.clientWidth || cell.offsetWidth === 0);
    return truncated.map((cell) => `${cell.dataset["col"]}: ${cell.textContent}`);
  }, columns);
}

/** Cells whose text overflows visibly instead of being clipped. */
export function overflowingCells(grid: Locator): Promise<string[]> {
  return grid.evaluate((root) => {
    const found: string[] = [];
    for (const cell of root.querySelectorAll<HTMLElement>('[role="gridcell"], [role="columnheader"]')) {
      if (cell.offsetWidth === 0) continue;
      const clips = ["hidden", "clip"].includes(getComputedStyle(cell).overflowX);
      if (cell.scrollWidth > cell.clientWidth && !clips)
        found.push(`${cell.dataset["col"] ?? ""}: ${cell.textContent}`);
    }
    return found;
  });
}

/** Cells of a row that overlap their neighbors. */
export function overlappingCells(grid: Locator): Promise<string[]> {
  return grid.evaluate((root) => {
    const found: string[] = [];
    for (const row of root.querySelectorAll('[role="row"]')) {
      const cells = [...row.querySelectorAll<HTMLElement>('[role="gridcell"], [role="columnheader"]')];
      const boxes = cells.map((cell) => cell.getBoundingClientRect()).filter((box) => box.width > 0);
      boxes.forEach((box, index) => {
        const next = boxes[index + 1];
        if (next !== undefined && box.right > next.left + 0.5) found.push(`${row.textContent}: cell ${index + 1}`);
      });
    }
    return found;
  });
}

/** Texts of the header row that overlap each other. */
export function overlappingHeaderTexts(grid: Locator): Promise<string[]> {
  return grid.evaluate((root) => {
    const header = root.querySelector('[role="row"][aria-rowindex="1"]');
    if (header === null) return ["there is no header row"];
    const texts: { text: string; box: DOMRect }[] = [];
    const walker = document.createTreeWalker(header, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width > 0) texts.push({ text: node.textContent ?? "", box });
    }
    const overlap = (a: DOMRect, b: DOMRect): boolean =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const pairs = texts.flatMap((a, index) => texts.slice(index + 1).map((b) => [a, b] as const));
    return pairs.filter(([a, b]) => overlap(a.box, b.box)).map(([a, b]) => `${a.text} overlaps ${b.text}`);
  });
}

/** Which of these parts overlap each other, or extend beyond the window. */
export async function misplacedParts(page: Page, parts: Record<string, Locator>): Promise<string[]> {
  const size = page.viewportSize();
  const boxes = await Promise.all(
    Object.entries(parts).map(async ([name, part]) => ({ name, box: await part.boundingBox() })),
  );
  const found: string[] = [];
  boxes.forEach(({ name, box }, index) => {
    if (box === null || size === null) {
      found.push(`${name} is not on screen`);
      return;
    }
    const outside =
      box.x < -0.5 || box.y < -0.5 || box.x + box.width > size.width + 0.5 || box.y + box.height > size.height + 0.5;
    if (outside) found.push(`${name} extends beyond the window`);
    for (const other of boxes.slice(index + 1)) {
      if (other.box !== null && overlap(box, other.box)) found.push(`${name} and ${other.name} overlap`);
    }
  });
  return found;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function overlap(a: Box, b: Box): boolean {
  const apart =
    a.x + a.width <= b.x + 0.5 ||
    b.x + b.width <= a.x + 0.5 ||
    a.y + a.height <= b.y + 0.5 ||
    b.y + b.height <= a.y + 0.5;
  return !apart;
}
