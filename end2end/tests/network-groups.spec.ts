// Rows below the headers of their groups.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";

const entry = (url: string, second: number, size: number, status = 200, initiator?: object): unknown => ({
  startedDateTime: new Date(Date.parse("2026-03-01T10:00:00Z") + second * 1000).toISOString(),
  time: 500,
  _initiator: initiator,
  request: { method: "GET", url, headers: [], headersSize: 0, bodySize: 0 },
  response: { status, headers: [], content: { size }, headersSize: 0, bodySize: size, _transferSize: size },
  timings: { send: 0, wait: 400, receive: 100 },
});

const entries = [
  entry("https://shop.test/", 0, 1000),
  entry("https://api.test/one", 1, 2000, 200, { type: "script", url: "https://shop.test/app.js" }),
  entry("https://shop.test/app.js", 2, 4000, 200, { type: "parser", url: "https://shop.test/" }),
  entry("https://api.test/two", 3, 8000, 500, { type: "script", url: "https://shop.test/app.js" }),
];

async function groupBy(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Group by", exact: true }).click();
  await page.getByRole("menuitemradio", { name, exact: true }).click();
}

function header(root: Locator, key: string): Locator {
  return root.locator(`[role="row"][data-group="${key}"]`);
}

/** The rows from top to bottom: keys of groups, and numbers of requests. */
async function outline(root: Locator): Promise<string[]> {
  return root
    .locator("[role=row]:is([data-row], [data-group])")
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-group") ?? row.getAttribute("data-row") ?? ""));
}

test("rows are grouped by domain, with sums, and the link restores that", async ({ page, session }) => {
  await session.openEntries(entries);
  const { root } = session.requests;
  await groupBy(page, "Domain");
  await expect.poll(() => outline(root)).toEqual(["shop.test", "1", "3", "api.test", "2", "4"]);
  await expect(root).toHaveAttribute("aria-rowcount", "7");
  const api = root.getByRole("row", { name: "api.test", exact: true });
  await expect(api).toHaveAttribute("aria-rowindex", "5");
  await expect(api).toContainText("2 requests");
  await expect(api).toContainText("1 error");
  await expect(api.locator('[data-col="size"]')).toHaveText("10.0 kB");
  await expect(api.locator('[data-col="latency"]')).toHaveText("max 500 ms");
  await expect(api.locator("[data-start]")).toHaveAttribute("data-start", "1000");
  await expect(api.locator("[data-start]")).toHaveAttribute("data-end", "3500");
  await expect.poll(() => session.parameter("group")).toBe("domain");
  await page.reload();
  await session.expectLoaded();
  await expect.poll(() => outline(root)).toEqual(["shop.test", "1", "3", "api.test", "2", "4"]);
  await groupBy(page, "None");
  await session.requests.expectRowCount(4);
});

test("groups are collapsed by mouse and keys, and no request is skipped", async ({ page, session }) => {
  await session.openEntries(entries, { group: "domain" });
  const { root } = session.requests;
  const shop = header(root, "shop.test");
  await shop.click();
  await expect(shop.getByRole("gridcell").first()).toHaveAttribute("aria-expanded", "false");
  await expect.poll(() => outline(root)).toEqual(["shop.test", "api.test", "2", "4"]);
  await expect(root).toHaveAttribute("aria-rowcount", "5");
  await root.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => outline(root)).toEqual(["shop.test", "api.test"]);
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await expect(session.requests.row(2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("[");
  await expect(session.requests.row(3), "its group is expanded").toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "Group by", exact: true }).click();
  await page.getByRole("menuitem", { name: "Collapse all" }).click();
  await expect.poll(() => outline(root)).toEqual(["shop.test", "api.test"]);
});

test("a request lists what it initiated, and rows are grouped by initiator", async ({ page, session }) => {
  await session.openEntries(entries, { row: "1", detail: "initiator" });
  const summary = page.getByRole("status", { name: "Initiated requests summary" });
  await expect(summary).toHaveText("1 request, 2 including those that they initiated");
  await page.getByRole("list", { name: "Initiated requests" }).getByRole("button").click();
  await expect(session.requests.row(3)).toHaveAttribute("aria-selected", "true");
  await groupBy(page, "Initiator");
  await expect
    .poll(() => outline(session.requests.root))
    .toEqual(["", "1", "https://shop.test/app.js", "2", "4", "https://shop.test/", "3"]);
});

test("phases are explained on demand, and the server's own timing is a table", async ({ page, session }) => {
  const timed = entry("https://shop.test/", 0, 10) as { response: { headers: object[] } };
  timed.response.headers = [{ name: "Server-Timing", value: 'db;dur=53;desc="read, orders", cache;desc=hit' }];
  await session.openEntries([timed], { row: "1", detail: "timing" });
  const meaning = page.getByText("Looking up the address of the host");
  await expect(meaning).toBeHidden();
  await page.getByRole("button", { name: "Explain phases" }).click();
  await expect(meaning).toBeVisible();
  const rows = page.getByRole("table", { name: "Server timing" }).getByRole("row");
  await expect(rows.nth(1)).toHaveText(/db\s*read, orders\s*53 ms/);
  await expect(rows.nth(2)).toHaveText(/cache\s*hit\s*—/);
});
