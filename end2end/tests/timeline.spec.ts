// The timeline of the session, and the range of time that limits the table.
import { expect, test } from "../support/app.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json");
});

test("two sliders are at the ends of the session", async ({ page }) => {
  const start = page.getByRole("slider", { name: "Range start" });
  const end = page.getByRole("slider", { name: "Range end" });
  await expect(start).toHaveAttribute("aria-valuenow", "0");
  await expect(end).toHaveAttribute("aria-valuenow", "10000");
  await expect(end).toHaveAttribute("aria-valuetext", "0:10.000");
});

test("a range lists the rows that touch it, sockets that were open included", async ({ session, page }) => {
  await page.getByRole("slider", { name: "Range start" }).focus();
  for (let step = 0; step < 9; step += 1) await page.keyboard.press("Shift+ArrowRight");
  await session.expectParameter("range", "9000-10000");
  // The request without an end, the socket that is still open, the one that closed at 9.5 s.
  await session.requests.expectOrder([11, 10, 17]);
  await expect(session.requests.summary).toContainText("3 of 16 requests");
});

test("Clear time range lists all rows again", async ({ session, page }) => {
  const clear = session.timeline.getByRole("button", { name: "Clear time range" });
  await page.getByRole("slider", { name: "Range end" }).press("Shift+ArrowLeft");
  await session.expectParameter("range", "0-9000");
  await clear.click();
  await session.requests.expectRowCount(16);
  await session.expectParameter("range", null);
});

test("dragging over the strip selects a range", async ({ session, page }) => {
  const [start, end] = [
    page.getByRole("slider", { name: "Range start" }),
    page.getByRole("slider", { name: "Range end" }),
  ];
  const [from, to] = [await start.boundingBox(), await end.boundingBox()];
  if (from === null || to === null) throw new Error("the sliders are on screen");
  const [left, right] = [from.x + from.width / 2, to.x + to.width / 2];
  const x = (share: number): number => left + (right - left) * share;
  const y = from.y + from.height / 2;
  await page.mouse.move(x(0.25), y);
  await page.mouse.down();
  await page.mouse.move(x(0.45), y, { steps: 4 });
  await page.mouse.up();
  const value = async (name: string): Promise<number> =>
    Number(await page.getByRole("slider", { name }).getAttribute("aria-valuenow"));
  await expect.poll(() => value("Range start")).toBeGreaterThan(2400);
  expect(await value("Range start")).toBeLessThan(2600);
  expect(await value("Range end")).toBeGreaterThan(4400);
  expect(await value("Range end")).toBeLessThan(4600);
  await session.requests.expectOrder([6, 11, 10, 13, 14]);
});
