// Where the details are, how much room they have, and whether the replay is on screen.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
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
  await session.open("sessions/market/session.json");
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
