// The table of requests and sockets, and its filters.
import { expect, type Locator, type Page } from "@playwright/test";
import { Grid } from "./grid.ts";

export type Column = "status" | "method" | "name" | "type" | "start" | "latency" | "size" | "waterfall";

export const columns: readonly Column[] = ["status", "method", "name", "type", "start", "latency", "size", "waterfall"];

/** Start and end of a bar: in ms by its attributes, and in px on screen. */
export interface Bar {
  start: number;
  /** `undefined` for a bar without a recorded end. */
  end: number | undefined;
  left: number;
  right: number;
}

export class Requests extends Grid {
  readonly filter: Locator;
  readonly types: Locator;
  readonly summary: Locator;

  constructor(page: Page) {
    super(page, "Network requests");
    this.filter = page.getByRole("searchbox", { name: "Filter requests" });
    this.types = page.getByRole("group", { name: "Resource types" });
    this.summary = page.getByRole("status", { name: "Network summary" });
  }

  /** The row of the record with that number in its source. */
  row(number: number): Locator {
    return this.root.locator(`[role="row"][data-row="${number}"]`);
  }

  cell(number: number, column: Column): Locator {
    return this.cellOf(this.row(number), column);
  }

  /** The toggle of a resource type, which has a name and a count. */
  type(name: string): Locator {
    const escaped = name.replace("/", "\\/");
    return this.types.getByRole("button", { name: new RegExp(`^${escaped}\\b`) });
  }

  async expectOrder(numbers: number[]): Promise<void> {
    await expect.poll(() => this.attributes("data-row"), "the rows, by their numbers").toEqual(numbers.map(String));
  }

  async expectCells(number: number, texts: Partial<Record<Column, string | RegExp>>): Promise<void> {
    for (const [column, text] of Object.entries(texts) as [Column, string | RegExp][]) {
      await expect(this.cell(number, column), `row ${number}, ${column}`).toHaveText(text);
    }
  }

  async sortBy(name: string): Promise<void> {
    await this.header(name).getByRole("button").click();
  }

  async bar(number: number): Promise<Bar> {
    const bar = this.row(number).locator("[data-start]");
    await expect(bar).toHaveCount(1);
    return bar.evaluate((element) => {
      const { left, right } = element.getBoundingClientRect();
      const end = element.getAttribute("data-end");
      return {
        start: Number(element.getAttribute("data-start")),
        end: end === null ? undefined : Number(end),
        left,
        right,
      };
    });
  }
}
