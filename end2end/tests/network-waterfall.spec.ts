// The bars of the waterfall. The session of the fixture lasts ten seconds.
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

test("bars stand on one scale: their edges in px match their times", async ({ session }) => {
  const [orders, silent, unlisted] = [await session.requests.bar(6), await session.requests.bar(15), await session.requests.bar(17)];
  // Any two points give the scale; every other one must lie on it.
  const perMs = (unlisted.right - orders.left) / (9500 - 1000);
  const expected = (ms: number): number => orders.left + (ms - 1000) * perMs;
  expectNear(orders.right, expected(7250.5));
  expectNear(silent.left, expected(5000));
  expectNear(silent.right, expected(6000));
  expectNear(unlisted.left, expected(5500));
});

test("the scale is the whole session: an open-ended bar reaches its end", async ({ session }) => {
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
  const whole = await session.requests.bar(15);
  await session.page.goto("/session?src=fixtures%2Fnative%2Fsession.json&range=4000-8000");
  await session.expectLoaded();
  const narrowed = await session.requests.bar(15);
  expect(width(narrowed) / width(whole)).toBeCloseTo(2.5, 1);
});

test("a row without a time has no bar", async ({ session }) => {
  await expect(session.requests.row(19).locator("[data-start]")).toHaveCount(0);
});

function width(bar: Bar): number {
  return bar.right - bar.left;
}
