// Copying rows as commands and code.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { socketEntry } from "../support/socket-entry.ts";

const post = {
  startedDateTime: "2026-03-01T10:00:00.000Z",
  time: 100,
  request: {
    method: "POST",
    url: "https://shop.test/orders?q=it's",
    headers: [
      { name: "Content-Type", value: "text/plain" },
      { name: "Authorization", value: "Bearer abcdefghijklmnop0123456789" },
    ],
    postData: { mimeType: "text/plain", text: "two\nlines" },
  },
  response: { status: 200, headers: [], content: { mimeType: "application/json", text: '{"ok":true}' } },
};

const get = {
  startedDateTime: "2026-03-01T10:00:01.000Z",
  time: 100,
  request: { method: "GET", url: "https://shop.test/a", headers: [] },
  response: { status: 200, headers: [], content: {} },
};

const entries = [post, get, socketEntry("wss://shop.test/live", [["receive", "hello"]])];

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
});

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

async function copyAs(page: Page, form: string): Promise<void> {
  await page.getByRole("button", { name: "Copy as", exact: true }).click();
  await page.getByRole("menu", { name: "Copy as" }).getByRole("menuitem", { name: form, exact: true }).click();
  await expect(page.getByRole("status", { name: "Copy status" })).toContainText(`Copied as ${form}`);
}

test("the selected request is copied in each form", async ({ page, session }) => {
  await session.openEntries(entries);
  await session.selectRow(1);
  const forms: [form: string, part: string][] = [
    ["URL", "https://shop.test/orders?q=it's"],
    ["cURL (bash)", "two\\nlines"],
    ["cURL (cmd)", "curl"],
    ["PowerShell", "Invoke-WebRequest"],
    ["fetch", "fetch("],
    ["Node fetch", "fetch("],
    ["HAR entry", '"startedDateTime"'],
    ["Request body", "two\nlines"],
    ["Response body", '{"ok":true}'],
  ];
  for (const [form, part] of forms) {
    await copyAs(page, form);
    expect(await clipboard(page), form).toContain(part);
  }
  await copyAs(page, "cURL (bash)");
  expect(await clipboard(page)).toContain("Bearer abcdefghijklmnop0123456789");
});

test("credentials are redacted where that is chosen, and the copy says so", async ({ page, session }) => {
  await session.openEntries(entries);
  await session.selectRow(1);
  await page.getByRole("button", { name: "Copy as", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Redact credentials" }).click();
  await page.getByRole("menuitem", { name: "cURL (bash)" }).click();
  await expect(page.getByRole("status", { name: "Copy status" })).toContainText(/credential/);
  expect(await clipboard(page)).not.toContain("abcdefghijklmnop");
  await page.getByRole("button", { name: "Close copy status" }).click();
  await expect(page.getByRole("status", { name: "Copy status" })).toBeEmpty();
});

test("a socket is copied as a client and as its messages", async ({ page, session }) => {
  await session.openEntries(entries);
  await session.selectRow(3);
  await copyAs(page, "websocat");
  expect(await clipboard(page)).toContain("websocat");
  await copyAs(page, "JavaScript client");
  expect(await clipboard(page)).toContain("new WebSocket(");
  await copyAs(page, "Messages as JSON Lines");
  expect(await clipboard(page)).toContain("hello");
});

test("a right click and the menu key offer the same for a row", async ({ page, session }) => {
  await session.openEntries(entries);
  await session.requests.row(2).click({ button: "right" });
  const menu = page.getByRole("menu", { name: "Copy as" });
  await menu.getByRole("menuitem", { name: "URL", exact: true }).click();
  await expect(page.getByRole("status", { name: "Copy status" })).toContainText("Copied as URL");
  expect(await clipboard(page)).toBe("https://shop.test/a");
  await session.requests.root.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ContextMenu");
  await expect(menu.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(session.requests.root).toBeFocused();
});

test("all rows that are listed are copied together", async ({ page, session }) => {
  await session.openEntries(entries);
  await session.requests.filter.fill("-is:socket");
  await session.requests.expectRowCount(2);
  await page.getByRole("button", { name: "Copy all shown as" }).click();
  await page.getByRole("menuitem", { name: "URL", exact: true }).click();
  await expect(page.getByRole("status", { name: "Copy status" })).toContainText("Copied as URL");
  expect(await clipboard(page)).toBe("https://shop.test/orders?q=it's\nhttps://shop.test/a");
});
