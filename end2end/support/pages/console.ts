// The Console tab: its table, its filters, and the selected entry.
import { expect, type Locator, type Page } from "@playwright/test";
import { Grid } from "./grid.ts";
import { sessionAddress, type View } from "./session.ts";

export type ConsoleColumn = "level" | "text" | "source" | "time";

export class ConsolePage extends Grid {
  readonly tab: Locator;
  readonly filter: Locator;
  readonly levels: Locator;
  readonly summary: Locator;
  readonly detail: Locator;

  constructor(page: Page) {
    super(page, "Console messages");
    this.tab = page.getByRole("tablist", { name: "Session tools" }).getByRole("tab", { name: "Console" });
    this.filter = page.getByRole("searchbox", { name: "Filter console" });
    this.levels = page.getByRole("group", { name: "Console levels" });
    this.summary = page.getByRole("status", { name: "Console summary" });
    this.detail = page.getByRole("region", { name: "Console message", exact: true });
  }

  /** Opens a recording with this tab selected, and waits until it is loaded. */
  async open(src: string, view: View = {}): Promise<void> {
    await this.page.goto(sessionAddress(src, { tab: "console", ...view }));
    await expect(this.root).toBeVisible();
    await expect(this.page.getByRole("progressbar", { name: "Loading session" })).toHaveCount(0);
  }

  /** The row of the entry with that number in its source. */
  row(number: number): Locator {
    return this.root.locator(`[role="row"][data-entry="${number}"]`);
  }

  cell(number: number, column: ConsoleColumn): Locator {
    return this.cellOf(this.row(number), column);
  }

  /** The toggle of a level, which has a name and a count. */
  level(name: string): Locator {
    return this.levels.getByRole("button", { name: new RegExp(`^${name}\\b`) });
  }

  get tree(): Locator {
    return this.detail.getByRole("tree");
  }

  /** Expects the visible entries to have these numbers, in this order. */
  async expectOrder(numbers: number[]): Promise<void> {
    await expect
      .poll(() => this.attributes("data-entry"), "the entries, by their numbers")
      .toEqual(numbers.map(String));
  }
}
