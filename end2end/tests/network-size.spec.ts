// Long tables and empty ones.
import type { Locator } from "@playwright/test";
import { expect, test } from "../support/app.ts";

const tenThousand = Array.from({ length: 10_000 }, (_, index) => ({
  startedDateTime: new Date(1_760_000_000_000 + index * 10).toISOString(),
  time: 5,
  request: { method: "GET", url: `https://shop.example.test/item/${index + 1}` },
  response: { status: index % 100 === 99 ? 500 : 200 },
}));

test.describe("ten thousand requests", () => {
  test.beforeEach(async ({ session }) => {
    await session.openEntries(tenThousand);
  });

  test("all are counted, and only those on screen are in the DOM", async ({ session }) => {
    await session.requests.expectRowCount(10_000);
    await expect(session.requests.summary).toContainText("10,000 requests");
    expect(await session.requests.rows.count()).toBeLessThan(80);
  });

  test("the table is filled with rows wherever it is scrolled to", async ({ session }) => {
    const { requests } = session;
    for (const pixels of [90_000, 90_000, -30_000, 1_000_000]) {
      await requests.wheel(pixels);
      await expect.poll(() => gaps(requests.root), "places of the table's body without a row").toEqual([]);
    }
    await expect(requests.row(10_000)).toBeInViewport();
  });

  test("rows keep their numbers and places when scrolled to", async ({ session, page }) => {
    const { requests } = session;
    await requests.focus();
    await page.keyboard.press("End");
    await expect(requests.row(10_000)).toBeInViewport();
    await expect(requests.row(10_000)).toHaveAttribute("aria-rowindex", "10001");
    await expect(requests.row(1)).toHaveCount(0);
    expect(await requests.rows.count()).toBeLessThan(80);
  });

  test("a filter shows its matches at any scroll position", async ({ session }) => {
    const { requests } = session;
    await requests.wheel(200_000);
    await requests.filter.fill("500 item/9");
    await expect(requests.summary).toContainText("11 of 10,000 requests");
    await requests.expectOrder([900, 9000, 9100, 9200, 9300, 9400, 9500, 9600, 9700, 9800, 9900]);
  });
});

test("a recording of nothing is a session with an empty table", async ({ session }) => {
  await session.open("fixtures/har/empty.har");
  await session.requests.expectRowCount(0);
  await expect(session.requests.summary).toContainText("0 requests");
  await expect(session.requests.header("Status")).toBeVisible();
  await expect(session.requests.root).toContainText("No requests were recorded");
  await session.expectNoAlert();
});

/** Heights within the table's body at which no row is on screen. */
function gaps(root: Locator): Promise<number[]> {
  return root.evaluate((grid) => {
    const { left, top, bottom } = grid.getBoundingClientRect();
    const found: number[] = [];
    for (let y = top + 40; y < bottom - 4; y += 20) {
      if (document.elementFromPoint(left + 40, y)?.closest("[aria-rowindex]") == null) found.push(Math.round(y));
    }
    return found;
  });
}
