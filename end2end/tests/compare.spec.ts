// What differs between two recordings.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";

function entry(nth: number, path: string, status: number, time: number, body: unknown): object {
  return {
    startedDateTime: new Date(Date.parse("2026-03-01T10:00:00Z") + nth * 1000).toISOString(),
    time,
    _resourceType: "fetch",
    request: { method: "GET", url: `https://shop.test${path}`, headers: [] },
    response: {
      status,
      headers: [
        { name: "Date", value: String(time) },
        { name: "Server", value: `v${status}` },
      ],
      content: { size: 20, mimeType: "application/json", text: JSON.stringify(body) },
    },
  };
}

function har(entries: object[]): string {
  return JSON.stringify({ log: { version: "1.2", creator: { name: "made here", version: "1" }, entries } });
}

const good = har([
  entry(0, "/", 200, 20, {}),
  entry(1, "/api/me", 200, 20, { name: "Mia" }),
  entry(2, "/api/orders/17", 200, 40, { total: 104 }),
]);
const bad = har([
  entry(0, "/", 200, 20, {}),
  entry(1, "/api/orders/18", 503, 900, { total: 0, error: "timeout" }),
  entry(2, "/api/retry", 200, 20, {}),
]);

class Comparison {
  readonly tab: Locator;
  readonly summary: Locator;
  readonly rows: Locator;
  readonly states: Locator;
  readonly difference: Locator;

  constructor(page: Page) {
    this.tab = page.getByRole("tablist", { name: "Session tools" }).getByRole("tab", { name: "Compare" });
    this.summary = page.getByRole("status", { name: "Comparison summary" });
    this.rows = page.getByRole("grid", { name: "Comparison" }).locator("[data-state]");
    this.states = page.getByRole("group", { name: "States" });
    this.difference = page.getByRole("region", { name: "Difference" });
  }

  async expectStates(...states: string[]): Promise<void> {
    await expect
      .poll(() => this.rows.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset["state"])))
      .toEqual(states);
  }
}

test("a link to a comparison shows what is missing, added and changed", async ({ page, session }) => {
  await session.serveFile("good.har", good);
  await session.serveFile("bad.har", bad);
  await session.open("good.har", { compare: "bad.har" });
  const comparison = new Comparison(page);
  await expect(comparison.tab).toHaveAttribute("aria-selected", "true");
  await expect(comparison.summary).toContainText("Base: good.har");
  await expect(comparison.summary).toContainText("Compared with: bad.har");
  await expect(comparison.summary).toContainText("1 same, 1 changed, 1 missing, 1 added");
  await comparison.expectStates("same", "missing", "changed", "added");

  await comparison.states.getByRole("button", { name: "Changed 1" }).click();
  await comparison.expectStates("changed");
  const changed = comparison.rows.first();
  await expect(changed.locator('[data-col="status"]')).toHaveText("200 → 503");
  await expect(changed.locator('[data-col="latency"]')).toHaveText("40 ms → 900 ms +860 ms");
  await changed.click();
  const body = comparison.difference.getByRole("region", { name: "Response body" }).getByRole("row");
  await expect(body.nth(1)).toHaveText(/\$\.total\s*104\s*0/);
  await expect(body.nth(2)).toHaveText(/\$\.error\s*—\s*"timeout"/);
  const headers = comparison.difference.getByRole("region", { name: "Response headers" });
  await expect(headers.getByRole("row").nth(1)).toHaveText(/server\s*v200\s*v503/);
  await expect(headers).toContainText("1 difference not counted");

  await session.expectParameter("pair", "3-2");
  await page.reload();
  await expect(comparison.difference).toContainText("Row 2 in the other recording");
  await comparison.difference.getByRole("link", { name: "Row 3 in this recording" }).click();
  await expect(session.requests.row(3)).toHaveAttribute("aria-selected", "true");
});

test("the filter and the keyboard find a row, and recordings can be swapped", async ({ page, session }) => {
  await session.serveFile("good.har", good);
  await session.serveFile("bad.har", bad);
  await session.open("good.har", { compare: "bad.har" });
  const comparison = new Comparison(page);
  await page.getByRole("searchbox", { name: "Filter comparison" }).fill("api -orders");
  await comparison.expectStates("missing", "added");
  await page.getByRole("grid", { name: "Comparison" }).focus();
  await page.keyboard.press("End");
  await expect(comparison.difference).toContainText("Only in the other recording");
  await page.keyboard.press("Escape");
  await expect(comparison.difference).toHaveCount(0);
  await page.getByRole("button", { name: "Swap recordings" }).click();
  await expect(comparison.summary).toContainText("Base: bad.har");
  await comparison.expectStates("added", "missing");
  await session.expectParameter("src", "bad.har");
});

test("a file is compared by the dialog, and the comparison is closed again", async ({ page, session }) => {
  await session.serveFile("good.har", good);
  await session.open("good.har");
  const comparison = new Comparison(page);
  await expect(comparison.tab).toHaveCount(0);
  await page.getByRole("button", { name: "Compare…" }).click();
  const dialog = page.getByRole("dialog", { name: "Compare with another recording" });
  const file = { name: "bad.har", mimeType: "application/json", buffer: Buffer.from(bad) };
  await dialog.getByLabel("File to compare with").setInputFiles(file);
  await expect(dialog).toBeHidden();
  await expect(comparison.summary).toContainText("1 same, 1 changed, 1 missing, 1 added");
  await expect(page.getByText("a link to this page cannot name them")).toBeVisible();
  await expect(page.getByRole("button", { name: "Swap recordings" })).toBeDisabled();
  await page.getByRole("button", { name: "Close comparison" }).click();
  await expect(comparison.tab).toHaveCount(0);
  await expect(session.requests.row(1)).toBeVisible();
});

test("a second recording that cannot be read is an alert with a way to try again", async ({ page, session }) => {
  await session.serveFile("good.har", good);
  await session.startOpening("good.har", { compare: "nowhere.har" });
  await expect(session.alert).toContainText("The second recording could not be read");
  await session.serveFile("nowhere.har", bad);
  await session.alert.getByRole("button", { name: "Retry" }).click();
  await expect(new Comparison(page).summary).toContainText("1 changed");
  await session.expectNoAlert();
});

test("the messages of sockets are compared when that is asked for", async ({ page, session }) => {
  const fixture = "fixtures/native/session.json";
  await session.open(fixture, { compare: fixture, dq: "wss", pair: "6-6" });
  const comparison = new Comparison(page);
  await expect(comparison.summary).toContainText("0 changed, 0 missing, 0 added");
  const messages = comparison.difference.getByRole("region", { name: "Messages", exact: true });
  await messages.getByRole("button", { name: "Compare messages" }).click();
  await expect(messages.getByRole("status", { name: "Messages compared" })).toHaveText(/^\d+ events?, \d+ the same$/);
  await expect(messages.getByRole("table", { name: "Messages by event" }).getByRole("row").nth(1)).toContainText(
    "Same",
  );
});
