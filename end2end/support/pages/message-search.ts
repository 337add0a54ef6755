// The search over the messages of all sockets.
import { expect, type Locator, type Page } from "@playwright/test";

export class MessageSearch {
  readonly page: Page;
  readonly button: Locator;
  readonly region: Locator;
  readonly box: Locator;
  readonly summary: Locator;
  readonly progress: Locator;
  readonly cancel: Locator;
  /** The sockets with matches, or that could not be read. */
  readonly sockets: Locator;
  readonly hits: Locator;

  constructor(page: Page) {
    this.page = page;
    this.button = page.getByRole("button", { name: "Search messages" });
    this.region = page.getByRole("region", { name: "Message search" });
    this.box = page.getByRole("searchbox", { name: "Search all messages" });
    this.summary = page.getByRole("status", { name: "Search summary" });
    this.progress = page.getByRole("progressbar", { name: "Searching messages" });
    this.cancel = this.region.getByRole("button", { name: "Cancel" });
    this.sockets = this.region.getByRole("list", { name: "Sockets" }).locator(":scope > li");
    this.hits = this.region.locator("button[data-msg]");
  }

  /** Opens the search and searches for a query. */
  async run(query: string): Promise<void> {
    await this.button.click();
    await this.box.fill(query);
    await this.box.press("Enter");
  }

  /** The item of the socket in that row. */
  socket(row: number): Locator {
    return this.region.locator(`li[data-row="${row}"]`);
  }

  async expectSummary(text: string): Promise<void> {
    await expect(this.summary).toHaveText(text);
  }
}
