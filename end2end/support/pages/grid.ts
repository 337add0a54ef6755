// A table of the app: what stands in its rows and cells, by the roles and `data-` attributes that the app promises.
import { expect, type Locator, type Page } from "@playwright/test";

export class Grid {
  readonly page: Page;
  readonly root: Locator;

  constructor(page: Page, name: string) {
    this.page = page;
    this.root = page.getByRole("grid", { name, exact: true });
  }

  /** The body rows that stand in the DOM, in their order there. */
  get rows(): Locator {
    return this.root.locator('[role="row"]:not([aria-rowindex="1"])');
  }

  /** The body row at a place of the table, from 1, whether other rows above it are in the DOM or not. */
  at(place: number): Locator {
    return this.root.locator(`[role="row"][aria-rowindex="${place + 1}"]`);
  }

  get selected(): Locator {
    return this.root.locator('[role="row"][aria-selected="true"]');
  }

  header(name: string): Locator {
    return this.root.getByRole("columnheader", { name });
  }

  cellOf(row: Locator, column: string): Locator {
    return row.locator(`[role="gridcell"][data-col="${column}"]`);
  }

  /** Body rows, those off screen included, as `aria-rowcount` tells them: it counts the header too. */
  async expectRowCount(rows: number): Promise<void> {
    await expect(this.root).toHaveAttribute("aria-rowcount", String(rows + 1));
  }

  /** What an attribute says in each row in the DOM, in order; `null` where a row lacks it. */
  async attributes(name: string): Promise<(string | null)[]> {
    return this.rows.evaluateAll((rows, attribute) => rows.map((row) => row.getAttribute(attribute)), name);
  }

  /** The texts of a column, in order. */
  async column(name: string): Promise<string[]> {
    return this.rows.locator(`[data-col="${name}"]`).allTextContents();
  }

  /** Puts the keyboard's focus on the table, as Tab does. */
  async focus(): Promise<void> {
    await this.root.focus();
  }

  /** Scrolls as a wheel does, with the pointer over the table. */
  async wheel(pixels: number): Promise<void> {
    await this.root.hover();
    await this.page.mouse.wheel(0, pixels);
  }
}
