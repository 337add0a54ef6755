// The bars of the waterfall. The session of the fixture lasts ten seconds.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { expectNear } from "../support/pages/check.ts";
import type { Bar } from "../support/pages/requests.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json");
});

test("a bar begins where its row begins, and a socket's bar ends at its close", async ({ session }) => {
  const { start, end } = await session.requests.bar(6);
  expect(start).toBeCloseTo(1000, 3);
  expect(end).toBeCloseTo(7250.5, 3);
});

test("a bar without an end is open-ended: it has no data-end", async ({ session }) => {
  for (const row of [10, 11]) expect((await session.requests.bar(row)).end).toBeUndefined();
});

test("all bars share one scale on which their edges match their times", async ({ session }) => {
  const [orders, silent, unlisted] = [
    await session.requests.bar(6),
    await session.requests.bar(15),
    await session.requests.bar(17),
  ];
  // Any two points give the scale; all others must be on it.
  const perMs = (unlisted.right - orders.left) / (9500 - 1000);
  const expected = (ms: number): number => orders.left + (ms - 1000) * perMs;
  expectNear(orders.right, expected(7250.5));
  expectNear(silent.left, expected(5000));
  expectNear(silent.right, expected(6000));
  expectNear(unlisted.left, expected(5500));
});

test("the scale spans the session, and an open-ended bar reaches its end", async ({ session }) => {
  const [orders, feed] = [await session.requests.bar(6), await session.requests.bar(11)];
  const perMs = (orders.right - orders.left) / (7250.5 - 1000);
  expectNear(feed.left, orders.left + 500 * perMs);
  expectNear(feed.right, orders.left + 9000 * perMs);
});

test("the scale follows the width of the window", async ({ session, page }) => {
  const before = await session.requests.bar(6);
  await page.setViewportSize({ width: 1600, height: 800 });
  await expect.poll(async () => width(await session.requests.bar(6))).toBeGreaterThan(width(before) * 1.1);
  const [orders, silent] = [await session.requests.bar(6), await session.requests.bar(15)];
  expect(width(orders) / width(silent)).toBeCloseTo(6.25, 1);
});

test("a selected range of time is the scale", async ({ session }) => {
  const full = await session.requests.bar(15);
  await session.page.goto("/session?src=fixtures%2Fnative%2Fsession.json&range=4000-8000");
  await session.expectLoaded();
  const narrowed = await session.requests.bar(15);
  expect(width(narrowed) / width(full)).toBeCloseTo(2.5, 1);
});

test("a row without a time has no bar", async ({ session }) => {
  await expect(session.requests.row(19).locator("[data-start]")).toHaveCount(0);
});

test.describe("zoom", () => {
  const control = (page: Page) => page.getByRole("slider", { name: "Waterfall zoom" });

  test("the wheel zooms about the pointer, a double click shows everything again", async ({ session, page }) => {
    const before = await session.requests.bar(15);
    await control(page).hover();
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => width(await session.requests.bar(15))).toBeGreaterThan(width(before) * 1.2);
    const zoomed = await session.requests.bar(15);
    expect([zoomed.start, zoomed.end]).toEqual([before.start, before.end]);
    await control(page).dblclick();
    await expect.poll(async () => width(await session.requests.bar(15))).toBeCloseTo(width(before), 1);
  });

  test("a drag shows the part that it spans", async ({ session, page }) => {
    const box = (await control(page).boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.45, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
    await page.mouse.up();
    await expect(control(page)).toHaveAttribute("aria-valuenow", /^(3\.9|4\.0|4\.1)$/);
    const start = Number(await control(page).getAttribute("data-scale-start"));
    const end = Number(await control(page).getAttribute("data-scale-end"));
    const bar = await session.requests.bar(15);
    const at = (ms: number) => box.x + (box.width * (ms - start)) / (end - start);
    expectNear(bar.left, at(5000));
    expectNear(bar.right, at(6000));
    // What is before or after is a mark at the edge.
    await expect(session.requests.row(1).locator(".network-bar-before")).toBeVisible();
  });

  test("it works with the keyboard, and leaves the table's keys alone", async ({ page }) => {
    await control(page).focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await expect(control(page)).toHaveAttribute("aria-valuetext", /zoom 1\.6×/);
    await page.keyboard.press("Home");
    await expect(control(page)).toHaveAttribute("data-scale-start", "0");
    await page.keyboard.press("ArrowRight");
    await expect(control(page)).not.toHaveAttribute("data-scale-start", "0");
    await page.keyboard.press("0");
    await expect(control(page)).toHaveAttribute("aria-valuenow", "1.0");
    await expect(page).not.toHaveURL(/[?&](t|row)=/);
  });

  test("sorting by the waterfall stays a click on its name", async ({ session }) => {
    await session.requests.sortBy("Waterfall");
    await expect(session.requests.header("Waterfall")).toHaveAttribute("aria-sort", /ascending|descending/);
  });

  test("a new range resets the zoom", async ({ session, page }) => {
    await control(page).focus();
    await page.keyboard.press("+");
    await expect(control(page)).not.toHaveAttribute("aria-valuenow", "1.0");
    await session.timeline.getByRole("slider", { name: "Range start" }).press("ArrowRight");
    await expect(control(page)).toHaveAttribute("aria-valuenow", "1.0");
  });
});

test.describe("idle gaps", () => {
  const day = 86_400_000;
  const entry = (ms: number) => ({
    startedDateTime: new Date(Date.UTC(2026, 2, 1, 10) + ms).toISOString(),
    time: 1000,
    request: { method: "GET", url: `https://a.test/${ms}` },
    response: { status: 200 },
  });

  test("a gap of hours takes little room, and the rows on both sides are legible", async ({ session, page }) => {
    const hours = day / 2;
    await session.openEntries([0, 1000, hours, hours + 1000].map(entry));
    await expect(page.locator(".network-gap")).toHaveCount(1);
    for (const row of [1, 2, 3, 4]) expect(width(await session.requests.bar(row))).toBeGreaterThan(15);
    const [second, third] = [await session.requests.bar(2), await session.requests.bar(3)];
    // A second on each side of the gap belongs to what happened there, and lasts as long as a
    // request.
    expect(third.left - second.right).toBeLessThan(width(second) * 2 + 20);
  });

  test("one row years away does not crush the others, and is named in the load notes", async ({ session }) => {
    await session.openEntries([-50 * 365 * day, 0, 1000, 2000].map(entry));
    for (const row of [2, 3, 4]) expect(width(await session.requests.bar(row))).toBeGreaterThan(20);
    await expect(session.requests.row(1).locator(".network-bar-before")).toBeVisible();
    await session.notes.getByText("1 load note").click();
    await expect(session.notes.getByRole("listitem")).toContainText("more than 24 hours before or after the rest");
  });
});

test.describe("wall clocks", () => {
  test.use({ timezoneId: "Asia/Kolkata" });

  test("name their zone, and are switched to UTC everywhere at once", async ({ session, page }) => {
    const title = session.requests.cell(1, "start");
    await expect(title).toHaveAttribute("title", /UTC\+05:30$/);
    await session.selectRow(1);
    await expect(session.details).toContainText("UTC+05:30");
    const button = page.getByRole("button", { name: "Times in UTC" });
    await expect(button).toHaveAttribute("aria-pressed", "false");
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await expect(title).toHaveAttribute("title", / UTC$/);
    await expect(session.details).not.toContainText("+05:30");
    await page.reload();
    await session.expectLoaded();
    await expect(title).toHaveAttribute("title", / UTC$/);
  });
});

function width(bar: Bar): number {
  return bar.right - bar.left;
}
