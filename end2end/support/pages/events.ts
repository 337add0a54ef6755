// The Events tab: its table, its filter, and the selected event.
import { expect, type Locator, type Page } from "@playwright/test";
import { Grid } from "./grid.ts";
import { sessionAddress, type View } from "./session.ts";

export class EventsPage extends Grid {
  readonly tab: Locator;
  readonly filter: Locator;
  readonly summary: Locator;
  readonly detail: Locator;

  constructor(page: Page) {
    super(page, "Page events");
    this.tab = page.getByRole("tablist", { name: "Session tools" }).getByRole("tab", { name: "Events" });
    this.filter = page.getByRole("searchbox", { name: "Filter events" });
    this.summary = page.getByRole("status", { name: "Events summary" });
    this.detail = page.getByRole("region", { name: "Event", exact: true });
  }

  /** Opens a recording with this tab selected, and waits until it is loaded. */
  async open(src: string, view: View = {}): Promise<void> {
    await this.page.goto(sessionAddress(src, { tab: "events", ...view }));
    await expect(this.root).toBeVisible();
    await expect(this.page.getByRole("progressbar", { name: "Loading session" })).toHaveCount(0);
  }

  /** Expects the texts of a column, in order. */
  async expectColumn(name: "kind" | "text" | "time", texts: (string | RegExp)[]): Promise<void> {
    await expect(this.rows.locator(`[data-col="${name}"]`)).toHaveText(texts);
  }
}
