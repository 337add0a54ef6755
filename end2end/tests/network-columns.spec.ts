// Which columns the Network table has, how wide they are, and in which order.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";

const entries = [
  ["https://b.test/one?x=1", "h2", "r-1"],
  ["https://a.test/two", "http/1.1", "r-2"],
].map(([url, httpVersion, id], nth) => ({
  startedDateTime: new Date(Date.parse("2026-03-01T10:00:00Z") + nth * 1000).toISOString(),
  time: 100,
  _priority: "High",
  serverIPAddress: "10.0.0.7",
  _initiator: { type: "script" },
  request: { method: "GET", url, headers: [{ name: "Cookie", value: "a=1; b=2" }] },
  response: { status: 200, httpVersion, headers: [{ name: "X-Request-Id", value: id }], content: {} },
  timings: { send: 1, wait: 40, receive: 59 },
}));

test.beforeEach(async ({ session }) => {
  await session.openEntries(entries);
});

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("menu", { name: "Columns" }).getByRole("menuitemcheckbox", { name, exact: true }).click();
  await page.keyboard.press("Escape");
}

function cell(root: Locator, row: number, column: string): Locator {
  return root.locator(`[role="row"][data-row="${row}"] [data-col="${column}"]`);
}

async function order(root: Locator): Promise<(string | null)[]> {
  return root
    .getByRole("columnheader")
    .evaluateAll((headers) => headers.map((header) => header.getAttribute("data-col")));
}

const choices: [name: string, column: string, text: string][] = [
  ["Domain", "domain", "b.test"],
  ["Path", "path", "/one"],
  ["Query", "query", "x=1"],
  ["Protocol", "protocol", "h2"],
  ["Remote address", "remote-address", "10.0.0.7"],
  ["Priority", "priority", "High"],
  ["Initiator", "initiator", "script"],
  ["TTFB", "ttfb", "41 ms"],
  ["End", "end", "0:00.100"],
  ["Cookies", "cookies", "2"],
  ["Content encoding", "content-encoding", "—"],
  ["Connection", "connection", "—"],
];

test("columns are chosen from a menu, kept in the address and remembered", async ({ page, session }) => {
  const { root } = session.requests;
  for (const [name, column, text] of choices) {
    await choose(page, name);
    await expect(cell(root, 1, column), name).toHaveText(text);
  }
  await choose(page, "Method");
  await expect(root.getByRole("columnheader", { name: "Method", exact: true })).toHaveCount(0);
  await expect.poll(() => page.url()).toContain("cols=status,name,domain,path");
  const shown = await order(root);
  await page.reload();
  await expect(cell(root, 1, "priority")).toHaveText("High");
  expect(await order(root)).toEqual(shown);
  await session.openEntries(entries);
  await expect(cell(root, 2, "protocol"), "without the address").toHaveText("http/1.1");
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("menuitem", { name: "Reset columns" }).click();
  await expect(root.getByRole("columnheader")).toHaveCount(8);
});

test("a header has a column of its own, by which rows are sorted", async ({ page, session }) => {
  const { root } = session.requests;
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("menuitem", { name: "Add header column…" }).click();
  const dialog = page.getByRole("dialog", { name: "Add header column" });
  await dialog.getByRole("textbox", { name: "Header name" }).fill("no name");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toHaveText("This is not the name of a header");
  await dialog.getByRole("textbox", { name: "Header name" }).fill("X-Request-Id");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(cell(root, 1, "header:x-request-id")).toHaveText("r-1");
  const header = root.getByRole("columnheader", { name: "x-request-id", exact: true });
  await header.getByRole("button").click();
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "descending");
  await session.requests.expectOrder([2, 1]);
  await expect.poll(() => page.url()).toContain("sort=-header:x-request-id");
});

test("a column is resized by keys and by its edge", async ({ page, session }) => {
  const { root } = session.requests;
  const edge = root.getByRole("separator", { name: "Width of Method" });
  const width = async (): Promise<number> => {
    const box = await root.getByRole("columnheader", { name: "Method", exact: true }).boundingBox();
    return Math.round(box?.width ?? 0);
  };
  const before = await width();
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(width).toBe(before + 10);
  await expect(edge).toHaveAttribute("aria-valuenow", String(before + 10));
  const box = await edge.boundingBox();
  if (box === null) {
    throw new Error("the edge is not on screen");
  }
  await page.mouse.move(box.x + 3, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 53, box.y + 10);
  await page.mouse.up();
  await expect.poll(width).toBeGreaterThan(before + 45);
  await expect.poll(() => page.url()).toMatch(/cols=status,method@\d+,name/);
});

test("a column is moved by keys and by dragging its header", async ({ page, session }) => {
  const { root } = session.requests;
  const button = (name: string): Locator => root.getByRole("columnheader", { name, exact: true }).getByRole("button");
  await button("Type").focus();
  await page.keyboard.press("Alt+ArrowLeft");
  await expect
    .poll(() => order(root))
    .toEqual(["status", "method", "type", "name", "start", "latency", "size", "waterfall"]);
  await button("Latency").dragTo(root.getByRole("columnheader", { name: "Status", exact: true }));
  await expect
    .poll(() => order(root))
    .toEqual(["latency", "status", "method", "type", "name", "start", "size", "waterfall"]);
});
