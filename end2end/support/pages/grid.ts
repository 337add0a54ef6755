// A table of the app: its rows and cells, by the roles and `data-` attributes that are part of the
// app's interface.
import { expect, type Locator, type Page } from "@playwright/test";

export class Grid {
  readonly page: Page;
  readonly root: Locator;

  constructor(page: Page, name: string) {
    this.page = page;
    this.root = page.getByRole("grid", { name, exact: true });
  }

  /** The body rows in the DOM, in DOM order. */
  get rows(): Locator {
    return this.root.locator('[role="row"]:not([aria-rowindex="1"])');
  }

  /** The body row at an index of the table, from 1, regardless of which other rows are in the DOM. */
  at(index: number): Locator {
    return this.root.locator(`[role="row"][aria-rowindex="${index + 1}"]`);
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

  /** Expects a number of body rows, including those off screen; `aria-rowcount` counts the header too. */
  async expectRowCount(rows: number): Promise<void> {
    await expect(this.root).toHaveAttribute("aria-rowcount", String(rows + 1));
  }

  /** The values of an attribute in each row in the DOM, in order; `null` for a row without it. */
  async attributes(name: string): Promise<(string | null)[]> {
    return this.rows.evaluateAll((rows, attribute) => rows.map((row) => row.getAttribute(attribute)), name);
  }

  /** The texts of a column, in order. */
  async column(name: string): Promise<string[]> {
    return this.rows.locator(`[data-col="${name}"]`).allTextContents();
  }

  /** Moves the keyboard focus to the table. */
  async focus(): Promise<void> {
    await this.root.focus();
  }

  /** Scrolls with the mouse wheel, with the pointer over the table. */
  async wheel(pixels: number): Promise<void> {
    await this.root.hover();
    await this.page.mouse.wheel(0, pixels);
  }
}
