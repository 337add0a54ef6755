// The Console tab: what the page wrote, in order of time.
import { expect, test as base } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { serveSession, start } from "../support/made-session.ts";
import { ConsolePage } from "../support/pages/console.ts";

const test = base.extend<{ tab: ConsolePage }>({
  tab: async ({ page }, use) => {
    await use(new ConsolePage(page));
  },
});

const at = (ms: number, level: string, ...args: unknown[]): object => ({ timeStamp: start + ms, level, args });

const shop = {
  resources: [
    {
      name: "https://shop.example.test/api/cart",
      initiatorType: "fetch",
      startTimeAbs: start + 100,
      responseEndAbs: start + 200,
      responseStatus: 200,
    },
    {
      name: "https://shop.example.test/api/order",
      initiatorType: "fetch",
      startTimeAbs: start + 2000,
      responseEndAbs: start + 2100,
      responseStatus: 503,
    },
  ],
  console: [
    at(1000, "log", "Cart:", { items: [{ book: "Moby-Dick", copies: 2 }], total: 23.9 }),
    at(300, "debug", "starting"),
    at(1500, "info", "Two\nlines"),
    at(1800, "warn", "Slow answer"),
    {
      ...at(2150, "error", "The order failed with", 503),
      source: "https://shop.example.test/scripts/order.js?v=7:19:33",
      stack:
        "    at place (https://shop.example.test/scripts/order.js?v=7:19:33)\n    at click (https://shop.example.test/scripts/page.js:3:1)",
    },
    at(5000, "exception", "TypeError: cart is undefined"),
  ],
};

test.describe("a session made here", () => {
  test.beforeEach(async ({ session, tab }) => {
    await tab.open(await serveSession(session, shop));
  });

  test("entries are in order of time, with level, text, source and time", async ({ tab }) => {
    await tab.expectOrder([2, 1, 3, 4, 5, 6]);
    await tab.expectRowCount(6);
    expect(await tab.attributes("data-level")).toEqual(["debug", "log", "info", "warn", "error", "error"]);
    await expect(tab.cell(1, "text")).toHaveText("Cart: {items: […], total: 23.9}");
    await expect(tab.cell(3, "text")).toHaveText("Two⏎lines");
    await expect(tab.cell(6, "level")).toContainText("Uncaught exception");
    await expect(tab.cell(5, "source")).toHaveText("order.js:19:33");
    await expect(tab.cell(5, "source")).toHaveAttribute(
      "title",
      "https://shop.example.test/scripts/order.js?v=7:19:33",
    );
    await expect(tab.cell(1, "time")).toHaveText("0:01.000");
    await expect(tab.summary).toHaveText("6 entries, 2 errors");
    await expect(tab.tab).toContainText("6");
  });

  test("levels show counts; a click selects one, Ctrl-click adds one, All selects all", async ({ tab, session }) => {
    const counts = [/^All 6$/, /^Debug 1$/, /^Log 1$/, /^Info 1$/, /^Warnings 1$/, /^Errors 2$/];
    await expect(tab.levels.getByRole("button")).toHaveText(counts);
    await tab.level("Errors").click();
    await tab.expectOrder([5, 6]);
    await expect(tab.level("Errors")).toHaveAttribute("aria-pressed", "true");
    await expect(tab.level("All")).toHaveAttribute("aria-pressed", "false");
    await session.expectParameter("level", "error");
    await tab.level("Warnings").click({ modifiers: ["Control"] });
    await tab.expectOrder([4, 5, 6]);
    await tab.level("All").click();
    await tab.expectRowCount(6);
    await session.expectParameter("level", null);
  });

  test("the filter searches messages and sources", async ({ tab, session }) => {
    for (const [query, numbers] of [
      ["moby-dick", [1]],
      ['"failed with 503"', [5]],
      ["order.js", [5]],
      ["-order -cart", [2, 3, 4]],
    ] as const) {
      await tab.filter.fill(query);
      await tab.expectOrder([...numbers]);
    }
    await session.expectParameter("cq", "-order -cart");
    await expect(tab.summary).toHaveText("3 of 6 entries");
  });

  test("a filter without matches says so and can be cleared", async ({ tab }) => {
    await tab.filter.fill("no such thing");
    await tab.expectRowCount(0);
    await expect(tab.root).toContainText("No console entry matches the filter");
    await tab.root.getByRole("button", { name: "Clear filter" }).click();
    await tab.expectRowCount(6);
    await expect(tab.filter).toHaveValue("");
  });

  test("a click opens the entry with text as text and values as a tree", async ({ tab }) => {
    await tab.cell(1, "text").click();
    await expect(tab.row(1)).toHaveAttribute("aria-selected", "true");
    await expect(tab.detail).toContainText("Entry 1 of 6");
    await expect(tab.detail.getByRole("list", { name: "Arguments" }).getByRole("listitem")).toHaveCount(2);
    await expect(tab.detail.getByRole("group", { name: "Text" })).toHaveText("Cart:");
    await expect(tab.tree.getByRole("treeitem", { name: "total: 23.9" })).toBeVisible();
    await expect(tab.detail.getByRole("button", { name: "Copy", exact: true })).toBeVisible();
  });

  test("the details show the complete stack", async ({ tab }) => {
    await tab.cell(5, "text").click();
    const stack = tab.detail.getByRole("region", { name: "Stack" });
    await expect(stack).toContainText("at place (https://shop.example.test/scripts/order.js?v=7:19:33)");
    await expect(stack).toContainText("at click");
  });

  test("an error links to the request that probably failed and marks it as inferred", async ({ tab, session }) => {
    const link = tab.row(5).getByRole("button", { name: "Request #2" });
    await expect(link).toHaveAttribute("title", /inferred/);
    await expect(tab.root.getByRole("button", { name: /^Request/ })).toHaveCount(1);
    await link.click();
    await expect(session.requests.row(2)).toHaveAttribute("aria-selected", "true");
    await expect(session.details).toBeVisible();
    await session.expectParameter("tab", null);
    await session.expectParameter("row", "2");
  });

  test("the details of an error link to the request", async ({ tab, session }) => {
    await tab.cell(5, "level").click();
    await tab.detail.getByRole("button", { name: "Request #2" }).click();
    await expect(session.requests.row(2)).toHaveAttribute("aria-selected", "true");
  });

  test("arrow keys select entries, Enter opens one, Escape closes it", async ({ tab, page }) => {
    await tab.focus();
    await page.keyboard.press("ArrowDown");
    await expect(tab.row(2)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("End");
    await expect(tab.row(6)).toHaveAttribute("aria-selected", "true");
    await expect(tab.detail).toHaveCount(0);
    await page.keyboard.press("Enter");
    await expect(tab.detail).toContainText("cart is undefined");
    await page.keyboard.press("ArrowUp");
    await expect(tab.detail).toContainText("The order failed with");
    await page.keyboard.press("Escape");
    await expect(tab.detail).toHaveCount(0);
    await expect(tab.row(5)).toHaveAttribute("aria-selected", "true");
  });

  test("/ focuses the filter of the tab", async ({ tab, page }) => {
    await tab.focus();
    await page.keyboard.press("/");
    await expect(tab.filter).toBeFocused();
  });

  test("clicking a time seeks to it and marks future entries", async ({ tab, session }) => {
    await tab.cell(3, "time").click();
    await session.expectParameter("t", "1500");
    await expect(tab.row(3)).toHaveAttribute("aria-current", "time");
    await expect(tab.row(3)).toHaveAttribute("data-moment", "current");
    await expect(tab.row(4)).toHaveAttribute("data-moment", "later");
    await expect(tab.row(1)).not.toHaveAttribute("data-moment");
    await expect(tab.detail).toHaveCount(0);
  });

  test("t seeks to the selected entry", async ({ tab, session, page }) => {
    await tab.cell(4, "text").click();
    await page.keyboard.press("t");
    await session.expectParameter("t", "1800");
    await expect(tab.row(4)).toHaveAttribute("aria-current", "time");
  });

  test("a time range limits the entries", async ({ tab, session }) => {
    await tab.open("made/session.json", { range: "900-1600" });
    await tab.expectOrder([1, 3]);
    await session.page.getByRole("button", { name: "Clear time range" }).click();
    await tab.expectRowCount(6);
  });

  test("a link restores the tab and its filters", async ({ tab, page }) => {
    await tab.open("made/session.json", { cq: "failed", level: "error" });
    await tab.expectOrder([5]);
    await page.reload();
    await expect(tab.filter).toHaveValue("failed");
    await expect(tab.level("Errors")).toHaveAttribute("aria-pressed", "true");
    await tab.expectOrder([5]);
  });
});

test("a session recorded without console says so", async ({ tab }) => {
  await tab.open("fixtures/native/session.json");
  await tab.expectRowCount(0);
  await expect(tab.root).toContainText("Console recording was switched off");
});

test("a session without console entries says so", async ({ tab }) => {
  await tab.open("fixtures/har/chrome.har");
  await expect(tab.root).toContainText("No console entries were recorded");
  await expect(tab.summary).toHaveText("0 entries");
});

test("messages are shown as text, never as markup", async ({ tab, session }) => {
  const markup = "<img src=x onerror=alert(1)>";
  await tab.open(await serveSession(session, { console: [at(1, "log", markup, { [markup]: markup })] }));
  await expect(tab.cell(1, "text")).toContainText(markup);
  await tab.row(1).click();
  await expect(tab.detail).toContainText(markup);
  await expect(tab.page.locator("img")).toHaveCount(0);
});

test("only visible entries of ten thousand are in the DOM", async ({ tab, session }) => {
  const console = Array.from({ length: 10_000 }, (_, index) => at(index / 2, "log", `entry ${index + 1}`));
  await tab.open(await serveSession(session, { console }));
  await tab.expectRowCount(10_000);
  expect(await tab.rows.count()).toBeLessThan(100);
  await tab.focus();
  await tab.page.keyboard.press("End");
  await expect(tab.row(10_000)).toBeInViewport();
});

test("the demo's console is shown, and the Network tab comes back as it was left", async ({ tab, session, page }) => {
  const row = demo.row("/ws/chat");
  await session.open(demo.src, { row: String(row) });
  await tab.tab.click();
  await session.expectParameter("tab", "console");
  await tab.expectRowCount(demo.consoleEntries);
  await expect(page.getByRole("grid", { name: "Network requests" })).toHaveCount(0);
  await page.getByRole("tab", { name: "Network" }).click();
  await session.expectParameter("tab", null);
  await expect(session.requests.row(row)).toHaveAttribute("aria-selected", "true");
  await expect(session.messages.root).toBeVisible();
});
