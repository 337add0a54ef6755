// Several selected messages, and copying them.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

const messages: SocketMessage[] = [
  ["send", "one"],
  ["receive", '{"two":\n2}'],
  ["send", "three\nlines"],
  ["receive", new Uint8Array([0, 1, 255])],
  ["receive", "five"],
];

const label = (page: Page) => page.getByRole("status", { name: "Selected messages" });
const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test.beforeEach(async ({ context, session }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await session.openEntries([socketEntry("wss://a.test/feed", messages)], { row: "1" });
  await session.messages.expectRowCount(7);
});

test("Shift-click selects the rows up to it, and Ctrl-click adds and removes one", async ({ session, page }) => {
  const { messages: table } = session;
  await expect(table.root).toHaveAttribute("aria-multiselectable", "true");
  await table.row(2).click();
  await expect(label(page)).toBeEmpty();
  await table.row(4).click({ modifiers: ["Shift"] });
  await expect(table.selected).toHaveCount(3);
  await expect(label(page)).toHaveText("3 selected");
  await expect(session.messages.summary).toContainText(/^5 messages/);
  await table.row(3).click({ modifiers: ["ControlOrMeta"] });
  await expect(table.row(3)).toHaveAttribute("aria-selected", "false");
  await expect(label(page)).toHaveText("2 selected");
  await table.row(5).click({ modifiers: ["ControlOrMeta"] });
  await expect(label(page)).toHaveText("3 selected");
  await session.expectParameter("msg", "5");
  await table.row(1).click();
  await expect(table.selected).toHaveCount(1);
  await expect(label(page)).toBeEmpty();
});

test("the row that is shown in full is always one of the selected ones", async ({ session }) => {
  const { messages: table } = session;
  await table.row(1).click();
  await table.row(3).click({ modifiers: ["ControlOrMeta"] });
  await session.expectParameter("msg", "3");
  await table.row(3).click({ modifiers: ["ControlOrMeta"] });
  await session.expectParameter("msg", "1");
  await table.row(1).click({ modifiers: ["ControlOrMeta"] });
  await expect(table.selected).toHaveCount(0);
  await expect(table.detail).toHaveCount(0);
});

test("Shift with arrows selects from the keyboard, Escape ends it, Ctrl+A selects all", async ({ session, page }) => {
  const { messages: table } = session;
  await table.row(2).click();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(label(page)).toHaveText("3 selected");
  await page.keyboard.press("Shift+ArrowUp");
  await expect(label(page)).toHaveText("2 selected");
  await page.keyboard.press("Shift+End");
  await expect(table.selected).toHaveCount(5);
  await expect(label(page), "the close is a row, and no message").toHaveText("4 selected");
  await page.keyboard.press("Escape");
  await expect(table.selected).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+a");
  await expect(table.selected).toHaveCount(7);
  await expect(label(page)).toHaveText("5 selected");
  await page.keyboard.press("ArrowUp");
  await expect(table.selected).toHaveCount(1);
});

test("only selected messages that are shown count, and all again when the filter is cleared", async ({
  session,
  page,
}) => {
  await session.messages.row(1).click();
  await page.keyboard.press("ControlOrMeta+a");
  await session.messages.direction("Sent").click();
  await expect(label(page)).toHaveText("2 selected");
  await session.messages.direction("All").click();
  await expect(label(page)).toHaveText("5 selected");
});

test("Ctrl+C copies the selected payloads, one a line", async ({ session, page }) => {
  await session.messages.row(1).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+c");
  await expect(label(page)).toHaveText("5 selected · 5 payloads copied");
  expect(await clipboard(page)).toBe('one\n{"two": 2}\nthree\\nlines\nAAH/\nfive');
});

test("a single payload is copied as recorded; the open and the close have none", async ({ session, page }) => {
  await session.messages.row(3).click();
  await page.keyboard.press("ControlOrMeta+c");
  await expect(label(page)).toHaveText("1 payload copied");
  expect(await clipboard(page)).toBe("three\nlines");
  await session.messages.first.click();
  await page.keyboard.press("ControlOrMeta+c");
  await expect(label(page)).toBeEmpty();
  expect(await clipboard(page)).toBe("three\nlines");
});
