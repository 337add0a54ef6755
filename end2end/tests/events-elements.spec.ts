// What the events of a page touched: names, the mark in the replay, rage clicks and dead clicks.
import { expect, test as base } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { serveSession, start } from "../support/made-session.ts";
import { EventsPage } from "../support/pages/events.ts";
import { Replay } from "../support/pages/replay.ts";
import { RecordedPage, startedAt } from "../support/recorded-page.ts";

const test = base.extend<{ tab: EventsPage; replay: Replay }>({
  tab: async ({ page }, use) => {
    await use(new EventsPage(page));
  },
  replay: async ({ page }, use) => {
    await use(new Replay(page));
  },
});

/** A button that nothing answers, one far below the viewport, and a counter that changes. */
function checkout(): { page: RecordedPage; pay: number; far: number; count: number } {
  const page = new RecordedPage();
  const style = "position: absolute; left: 40px; width: 120px; height: 30px;";
  const pay = page.element("button", { style: `${style} top: 50px` }, page.text("Place order"));
  const far = page.element("button", { style: `${style} top: 5000px` }, page.text("Imprint"));
  const count = page.element("p", { id: "count" }, page.text("0"));
  page.snapshot(0, [pay, far, count]);
  return { page, pay: pay.id, far: far.id, count: count.id };
}

const click = (page: RecordedPage, at: number, id: number): RecordedPage =>
  page.add(3, at, { source: 2, type: 2, id, x: 60, y: 60 });

/** The events at the time at which made sessions start. */
const events = (page: RecordedPage): object[] =>
  page.events.map((event) => ({ ...event, timestamp: event.timestamp - startedAt + start }));

test("the demo session names the elements of its clicks and inputs", async ({ tab }) => {
  await tab.open(demo.src);
  await tab.filter.fill("send");
  await expect(tab.rows.first().locator('[data-col="text"]')).toHaveText('button "Send"');
  await tab.filter.fill("input masked");
  await expect(tab.rows.first().locator('[data-col="text"]')).toContainText("(masked)");
});

test("Enter marks the element in the replay until the next seek, and a note says why it cannot", async ({
  session,
  tab,
  replay,
}) => {
  const { page, pay, far } = checkout();
  click(page, 1000, pay);
  click(page, 2000, far);
  page.mutation(2500, { removes: [{ parentId: page.ids.body, id: pay }] });
  await tab.open(await serveSession(session, { events: events(page) }), { eq: "click" });
  await tab.expectColumn("text", ['button "Place order"', 'button "Imprint"']);
  const player = tab.page.frameLocator('iframe[title="Replayed page"]');
  const mark = player.locator("#highlight");
  const note = replay.region.getByRole("status", { name: "Highlighted element" });
  await expect(replay.recorded.getByRole("button", { name: "Place order", includeHidden: true })).toBeVisible();

  await tab.focus();
  await tab.page.keyboard.press("Home");
  await tab.page.keyboard.press("Enter");
  await expect(mark).toBeVisible();
  const button = await replay.recorded.locator("button").first().boundingBox();
  const marked = await mark.boundingBox();
  expect(Math.abs((marked?.x ?? 0) - (button?.x ?? 1e9))).toBeLessThan(2);
  expect(Math.abs((marked?.width ?? 0) - (button?.width ?? 1e9))).toBeLessThan(2);
  await expect(tab.detail).toContainText("Role");
  await expect(tab.detail.getByRole("button", { name: "Copy selector" })).toBeVisible();

  await tab.page.keyboard.press("ArrowDown");
  await expect(mark).toHaveCount(0);
  await tab.page.keyboard.press("Enter");
  await expect(note).toHaveText('button "Imprint" is outside the visible part of the page');
  await tab.at(1).click();
  await expect(mark).toBeVisible();
  await expect(note).toHaveCount(0);
  await replay.play.click();
  await expect(mark).toHaveCount(0);
});

test("rage clicks and dead clicks have a badge, are counted and found", async ({ session, tab }) => {
  const { page, pay, count } = checkout();
  const change = (at: number): RecordedPage => page.change(at, count, { class: String(at) });
  click(page, 500, pay);
  click(page, 900, pay);
  click(page, 1300, pay);
  change(1400);
  click(page, 2500, pay);
  page.add(3, 9800, { source: 1, positions: [] });
  await tab.open(await serveSession(session, { events: events(page) }), { eq: "click" });
  const rage = tab.rows.locator('[data-mark="rage"]');
  const dead = tab.rows.locator('[data-mark="dead"]');
  await expect(rage).toHaveText(["Rage click", "Rage click", "Rage click"]);
  await expect(dead).toHaveText(["Dead click"]);
  await expect(tab.summary).toHaveText("4 of 5 events, 3 rage clicks, 1 dead click");
  await tab.filter.fill("dead");
  await tab.expectColumn("time", ["0:02.500"]);
});
