// The Events tab: what happened on the page, and what a test did.
import { expect, test as base } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { serveSession, start } from "../support/made-session.ts";
import { EventsPage } from "../support/pages/events.ts";

const test = base.extend<{ tab: EventsPage }>({
  tab: async ({ page }, use) => {
    await use(new EventsPage(page));
  },
});

const event = (ms: number, type: number, data: object): object => ({ type, data, timestamp: start + ms });

const page = [
  event(0, 4, { href: "https://shop.example.test/", width: 1280, height: 720 }),
  event(250, 0, {}),
  event(400, 1, {}),
  event(1500, 3, { source: 2, type: 2, id: 83, x: 766.8, y: 457 }),
  event(3000, 5, { tag: "checkout", payload: { step: 2, coupon: null } }),
];

/** A trace of two actions, of which the second fails. */
const trace = [
  { version: 8, type: "context-options", wallTime: start, monotonicTime: 0, playwrightVersion: "1.65.1" },
  {
    type: "before",
    callId: "call@1",
    startTime: 100,
    class: "Frame",
    method: "goto",
    title: "Navigate",
    params: { url: "https://shop.example.test/" },
  },
  { type: "after", callId: "call@1", endTime: 400 },
  {
    type: "before",
    callId: "call@2",
    startTime: 500,
    class: "Frame",
    method: "click",
    title: "Click",
    params: { selector: "#buy", options: { force: true } },
  },
  { type: "after", callId: "call@2", endTime: 1500, error: { message: "Timeout 1000ms exceeded" } },
];

test.describe("events of a page", () => {
  test.beforeEach(async ({ session, tab }) => {
    await tab.open(await serveSession(session, { events: page }));
  });

  test("are in order of time, each with kind, text and time", async ({ tab }) => {
    await tab.expectColumn("kind", ["Navigation", "DOMContentLoaded", "Load", "Click", "checkout"]);
    await tab.expectColumn("text", [
      "https://shop.example.test/",
      "",
      "",
      "element not recorded",
      "{step: 2, coupon: null}",
    ]);
    await tab.expectColumn("time", ["0:00.000", "0:00.250", "0:00.400", "0:01.500", "0:03.000"]);
    await tab.expectRowCount(5);
    await expect(tab.summary).toHaveText("5 events");
    await expect(tab.tab).toContainText("5");
  });

  test("a click seeks to the event and opens it", async ({ tab, session }) => {
    await tab.at(4).click();
    await session.expectParameter("t", "1500");
    await expect(tab.at(4)).toHaveAttribute("aria-selected", "true");
    await expect(tab.at(4)).toHaveAttribute("aria-current", "time");
    await expect(tab.at(5)).toHaveAttribute("data-moment", "later");
    await expect(tab.detail).toContainText("Position");
    await expect(tab.detail).toContainText("767, 457 (CSS pixels)");
  });

  test("the payload of a custom event is shown as a tree", async ({ tab }) => {
    await tab.at(5).click();
    await expect(tab.detail).toContainText("checkout");
    await expect(tab.detail.getByRole("tree").getByRole("treeitem", { name: "step: 2" })).toBeVisible();
  });

  test("arrow keys select events, Enter seeks to one, Escape closes it", async ({ tab, session }) => {
    await tab.focus();
    await tab.page.keyboard.press("End");
    await expect(tab.at(5)).toHaveAttribute("aria-selected", "true");
    await session.expectParameter("t", null);
    await tab.page.keyboard.press("Enter");
    await session.expectParameter("t", "3000");
    await expect(tab.detail).toBeVisible();
    await tab.page.keyboard.press("Escape");
    await expect(tab.detail).toHaveCount(0);
  });

  test("the filter searches kinds and texts", async ({ tab, session }) => {
    await tab.filter.fill("click");
    await tab.expectColumn("kind", ["Click"]);
    await session.expectParameter("eq", "click");
    await expect(tab.summary).toHaveText("1 of 5 events");
    await tab.filter.fill("coupon");
    await tab.expectColumn("kind", ["checkout"]);
    await tab.filter.fill("no such thing");
    await expect(tab.root).toContainText("No event matches the filter");
    await tab.root.getByRole("button", { name: "Clear filter" }).click();
    await tab.expectRowCount(5);
  });

  test("a time range limits the events, and a link restores tab and filter", async ({ tab }) => {
    await tab.open("made/session.json", { range: "200-2000", eq: "-load" });
    await tab.expectColumn("kind", ["Click"]);
    await expect(tab.filter).toHaveValue("-load");
  });
});

test("failed actions of a test show their error", async ({ home, session, tab }) => {
  await home.visit();
  await home.pickGenerated({ name: "trace.trace", content: trace.map((line) => JSON.stringify(line)).join("\n") });
  await session.expectLoaded();
  await tab.tab.click();
  await tab.expectColumn("kind", ["Action", "Action"]);
  await expect(tab.summary).toHaveText("2 events, 1 failed");
  await expect(tab.at(1)).not.toHaveAttribute("data-state", "error");
  await expect(tab.at(2)).toHaveAttribute("data-state", "error");
  await tab.at(2).click();
  await expect(tab.detail.getByRole("region", { name: "Error" })).toContainText("Timeout 1000ms exceeded");
  await expect(tab.detail).toContainText("#buy");
  await expect(tab.detail).toContainText("took 1.00 s");
});

test("a session without events says so with the reason", async ({ tab }) => {
  await tab.open("fixtures/har/chrome.har");
  await expect(tab.root).toContainText("A HAR does not contain page events");
  await tab.open("fixtures/native/session.json");
  await expect(tab.root).toContainText("Page recording was switched off");
});

test("events are shown as text, never as markup", async ({ tab, session }) => {
  const markup = "<img src=x onerror=alert(1)>";
  await tab.open(
    await serveSession(session, { events: [event(1, 5, { tag: markup, payload: { [markup]: markup } })] }),
  );
  await tab.at(1).click();
  await expect(tab.detail).toContainText(markup);
  await expect(tab.page.locator("img")).toHaveCount(0);
});

test("the demo's page went to its market, and its buyer clicked", async ({ tab }) => {
  await tab.open(demo.src);
  await expect(tab.rows.filter({ hasText: "Navigation" }).first()).toContainText("market.example.test");
  await tab.filter.fill("click");
  await expect(tab.rows.first()).toHaveAttribute("data-kind", "click");
  await expect(tab.summary).toContainText(/^\d+ of \d+ events$/);
});
