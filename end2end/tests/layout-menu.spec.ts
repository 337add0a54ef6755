// Where the details are, how much room they have, and whether the replay is on screen.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { serveSession, start } from "../support/made-session.ts";
import { socketEntry } from "../support/socket-entry.ts";

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Layout", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name, exact: true }).click();
  await page.keyboard.press("Escape");
}

async function box(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const found = await locator.boundingBox();
  if (found === null) {
    throw new Error("not on screen");
  }
  return found;
}

test("details go to the right or to the bottom, which is remembered", async ({ page, session }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await session.openEntries([socketEntry("wss://shop.test/live", [["receive", "hello"]])], { row: "1" });
  await session.messages.expectRowCount(3);
  await choose(page, "Bottom");
  const table = await box(session.requests.root);
  const details = await box(session.details);
  expect(details.y).toBeGreaterThanOrEqual(table.y + table.height - 1);
  expect(Math.round(details.width)).toBeGreaterThan(1200);
  const data = await box(session.messages.header("Data"));
  expect(data.width).toBeGreaterThan(360);
  await page.reload();
  await session.messages.expectRowCount(3);
  expect((await box(session.details)).y).toBeGreaterThanOrEqual(table.y + table.height - 1);
  await choose(page, "Right");
  await expect.poll(async () => (await box(session.details)).x).toBeGreaterThan(300);
});

test("each layout has its own size of the details, and Home returns to the automatic one", async ({
  page,
  session,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await session.openEntries([socketEntry("wss://shop.test/live", [["receive", "hello"]])], { row: "1" });
  const width = page.getByRole("separator", { name: "Width of the details" });
  const height = page.getByRole("separator", { name: "Height of the details" });
  await expect(width).toHaveAttribute("aria-valuenow", "64");
  await width.press("ArrowRight");
  await width.press("ArrowRight");
  await expect(width).toHaveAttribute("aria-valuenow", "60");
  await choose(page, "Bottom");
  await expect(height).toHaveAttribute("aria-valuenow", "70");
  await height.press("ArrowUp");
  await expect(height).toHaveAttribute("aria-valuenow", "72");
  await page.reload();
  await expect(height).toHaveAttribute("aria-valuenow", "72");
  await choose(page, "Right");
  await expect(width, "the other layout keeps its size").toHaveAttribute("aria-valuenow", "60");
  await width.press("Home");
  await expect(width).toHaveAttribute("aria-valuenow", "64");
});

test("the data of messages has room at 1280 × 720, with the replay and without it", async ({ page, session }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await session.open(demo.src, { types: "ws" });
  await session.requests.rows.first().click();
  const data = session.messages.header("Data");
  await expect.poll(async () => (await box(data)).width).toBeGreaterThanOrEqual(360);
  await page.keyboard.press("v");
  await expect(page.getByRole("region", { name: "Replay" })).toHaveCount(0);
  await expect.poll(async () => (await box(session.details)).x).toBeGreaterThan(300);
  await expect.poll(async () => (await box(data)).width).toBeGreaterThanOrEqual(360);
});

test("the replay has the shape of the page, and the tables get the rest", async ({ page, session }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  const meta = { type: 4, timestamp: start, data: { href: "https://shop.test/", width: 390, height: 844 } };
  const document = { type: 0, id: 1, childNodes: [] };
  const snapshot = { type: 2, timestamp: start, data: { node: document, initialOffset: { top: 0, left: 0 } } };
  const later = { type: 4, timestamp: start + 5000, data: { href: "https://shop.test/", width: 1600, height: 400 } };
  const resource = { id: "1", kind: "http", method: "GET", url: "https://shop.test/", startedAt: start, status: 200 };
  await session.open(await serveSession(session, { resources: [resource], events: [meta, snapshot, later] }));
  const replay = await box(page.getByRole("region", { name: "Replay" }));
  expect(replay.width / replay.height).toBeCloseTo(390 / 844, 1);
  const line = page.getByRole("separator", { name: "Width of the replay" });
  await line.press("ArrowLeft");
  await expect.poll(async () => (await box(page.getByRole("region", { name: "Replay" }))).width).not.toBe(replay.width);
  await line.dblclick();
  await expect.poll(async () => (await box(page.getByRole("region", { name: "Replay" }))).width).toBe(replay.width);
});

test("m gives the details all room and takes it back, and does not type into a box", async ({ page, session }) => {
  await session.openEntries([socketEntry("wss://shop.test/live", [["receive", "hello"]])], { row: "1" });
  await session.messages.expectRowCount(3);
  await page.keyboard.press("m");
  await expect(session.requests.root).toBeHidden();
  await session.messages.filter.fill("");
  await session.messages.filter.pressSequentially("hem");
  await expect(session.requests.root).toBeHidden();
  await session.messages.filter.blur();
  await page.keyboard.press("m");
  await expect(session.requests.root).toBeVisible();
  await choose(page, "Maximize details");
  await expect(session.requests.root).toBeHidden();
});

test("v hides the replay and shows it again", async ({ page, session }) => {
  await session.open(demo.src);
  const replay = page.getByRole("region", { name: "Replay" });
  await expect(replay).toBeVisible();
  await page.keyboard.press("v");
  await expect(replay).toHaveCount(0);
  await page.reload();
  await session.expectLoaded();
  await expect(replay).toHaveCount(0);
  await choose(page, "Show replay");
  await expect(replay).toBeVisible();
});

test("the start page opens the demo session", async ({ home, page, session }) => {
  await home.visit();
  await page.getByRole("link", { name: "Open the demo session" }).click();
  await session.expectLoaded();
  await expect.poll(() => page.url()).toContain("src=sessions/market/session.json");
});

test("where there is little room, details go below the table", async ({ page, session }) => {
  await page.setViewportSize({ width: 680, height: 900 });
  await session.openEntries([socketEntry("wss://shop.test/live", [["receive", "hello"]])], { row: "1" });
  await session.messages.expectRowCount(3);
  const table = await box(session.requests.root);
  const details = await box(session.details);
  expect(details.y).toBeGreaterThanOrEqual(table.y + table.height - 1);
  expect(details.width).toBeGreaterThan(600);
});

test("on a phone the parts stand below one another, within the width of the screen", async ({ page, session }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await session.open(demo.src);
  const replay = await box(page.getByRole("region", { name: "Replay" }));
  const tabs = await box(page.getByRole("tablist", { name: "Session tools" }));
  expect(replay.width).toBe(390);
  expect(tabs.y).toBeGreaterThanOrEqual(replay.y + replay.height - 1);
  const table = await box(session.requests.root);
  expect(table.x + table.width).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
