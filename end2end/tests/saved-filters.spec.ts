// Filters that the user names.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { socketEntry } from "../support/socket-entry.ts";

const KEY = "replayscope.message-filters";

test.beforeEach(async ({ session }) => {
  const messages = ["order", "price", "order again"].map((text) => ["receive", text] as const);
  await session.openEntries([socketEntry("wss://x.test/live", messages)], { row: "1" });
  await session.messages.expectRowCount(5);
});

/** The button next to a filter box. */
function buttonOf(page: Page, filter: Locator): Locator {
  const toolbar = page.locator(".messages-toolbar, .ui-tool-filters").filter({ has: filter });
  return toolbar.getByRole("button", { name: "Saved filters", exact: true });
}

test("a filter of messages is saved with a name, selected, renamed and deleted", async ({ page, session }) => {
  const { messages } = session;
  const button = buttonOf(page, messages.filter);
  const dialog = page.getByRole("dialog", { name: "Saved filters" });
  await messages.filter.fill("order -again");
  await button.click();
  await expect(dialog).toContainText("No saved filters");
  await dialog.getByRole("textbox", { name: "Name of the filter" }).fill("First orders");
  await dialog.getByRole("button", { name: "Save current filter" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
  await messages.filter.fill("");
  await messages.expectRowCount(5);
  await button.click();
  await dialog.getByRole("button", { name: /^First orders/ }).click();
  await expect(messages.filter).toHaveValue("order -again");
  await messages.expectRowCount(3);
  await button.click();
  await dialog.getByRole("button", { name: "Rename First orders" }).click();
  await dialog.getByRole("textbox", { name: "New name" }).fill("Orders");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: /^Orders/ })).toBeVisible();
  await dialog.getByRole("button", { name: "Delete Orders" }).click();
  await expect(dialog).toContainText("No saved filters");
});

test("saved filters are used by keyboard, and kept when the page is loaded again", async ({ page, session }) => {
  const { messages } = session;
  await messages.filter.fill("price");
  const button = buttonOf(page, messages.filter);
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name of the filter" })).toBeFocused();
  await page.keyboard.type("Prices");
  await page.keyboard.press("Enter");
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Prices/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Saved filters" })).toHaveCount(0);
  await expect(button).toBeFocused();
  expect(await page.evaluate((key) => localStorage.getItem(key), KEY)).toContain("Prices");
});

test("requests have saved filters of their own", async ({ page, session }) => {
  const { filter } = session.requests;
  await filter.fill("live");
  await buttonOf(page, filter).click();
  const dialog = page.getByRole("dialog", { name: "Saved filters" });
  await dialog.getByRole("textbox", { name: "Name of the filter" }).fill("Live");
  await dialog.getByRole("button", { name: "Save current filter" }).click();
  await buttonOf(page, session.messages.filter).click();
  await expect(dialog).toContainText("No saved filters");
});

test("stored data that is not valid is left out", async ({ page, session }) => {
  await page.evaluate((key) => {
    localStorage.setItem(key, "\u001e\u001f\u001ebroken\u001eGood\u001fprice\u001e" + "x".repeat(100_000));
  }, KEY);
  await session.openEntries([socketEntry("wss://x.test/live", [["receive", "price"]])], { row: "1" });
  await buttonOf(page, session.messages.filter).click();
  const items = page.getByRole("list", { name: "Saved filters" }).getByRole("listitem");
  await expect(items).toHaveCount(1);
  await expect(items).toContainText("Good");
});
