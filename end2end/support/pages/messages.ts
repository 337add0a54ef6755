// The messages of a socket, and the selected one.
import { expect, type Locator, type Page } from "@playwright/test";
import { Grid } from "./grid.ts";

export type MessageColumn =
  "number" | "direction" | "opcode" | "event" | "id" | "data" | "length" | "time" | "clock" | "delta" | "rtt";

export class Messages extends Grid {
  readonly filter: Locator;
  readonly directions: Locator;
  readonly summary: Locator;
  readonly progress: Locator;
  readonly detail: Locator;
  readonly views: Locator;

  constructor(page: Page, name: "WebSocket messages" | "Event stream messages" = "WebSocket messages") {
    super(page, name);
    this.filter = page.getByRole("searchbox", { name: "Filter messages" });
    this.directions = page.getByRole("radiogroup", { name: "Direction" });
    this.summary = page.getByRole("status", { name: "Messages summary" });
    this.progress = page.getByRole("progressbar", { name: "Loading messages" });
    this.detail = page.getByRole("region", { name: "Message", exact: true });
    this.views = this.detail.getByRole("tablist", { name: "Message view" });
  }

  /** The row of the message with that number in its file. */
  row(number: number): Locator {
    return this.root.locator(`[role="row"][data-msg="${number}"]`);
  }

  cell(number: number, column: MessageColumn): Locator {
    return this.cellOf(this.row(number), column);
  }

  get first(): Locator {
    return this.rows.first();
  }

  get last(): Locator {
    return this.rows.last();
  }

  direction(name: "All" | "Sent" | "Received"): Locator {
    return this.directions.getByRole("radio", { name, exact: true });
  }

  /** A view of the selected message. */
  view(name: "Decoded" | "Preview" | "Parsed" | "Text" | "Hex" | "Base64" | "Changes"): Locator {
    return this.views.getByRole("tab", { name, exact: true });
  }

  get tree(): Locator {
    return this.detail.getByRole("tree");
  }

  /** Expects the visible messages to have these numbers; the open and close rows have none. */
  async expectNumbers(numbers: number[]): Promise<void> {
    const visibleNumbers = async (): Promise<(string | null)[]> =>
      (await this.attributes("data-msg")).filter((number) => number !== null);
    await expect.poll(visibleNumbers, "the messages, by their numbers").toEqual(numbers.map(String));
  }
}
