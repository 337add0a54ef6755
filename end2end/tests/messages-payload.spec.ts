// The chosen message: as a tree, as text, in hex, in base64.
import { readFile } from "node:fs/promises";
import { expect, test } from "../support/app.ts";
import type { SessionPage } from "../support/pages/session.ts";

// High enough for all messages of the fixture and the selected one.
test.use({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 1200 } });

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json", { row: "6" });
  await session.messages.expectRowCount(17);
});

test("JSON is a tree, with numbers as they were written and keys that repeat", async ({ session }) => {
  const { messages } = session;
  await messages.row(7).click();
  await expect(messages.view("Parsed")).toHaveAttribute("aria-selected", "true");
  const items = messages.tree.getByRole("treeitem");
  await expect(items.filter({ hasText: "price: 12345678901234567890" })).toHaveCount(1);
  await expect(items.filter({ hasText: "price: 1.50" })).toHaveCount(1);
});

test("a branch of the tree closes and opens by click and by key", async ({ session, page }) => {
  const { messages } = session;
  await messages.row(7).click();
  const branch = messages.tree.getByRole("treeitem", { name: /^deep/ });
  const leaf = messages.tree.getByRole("treeitem", { name: /^list/ });
  await expect(branch).toHaveAttribute("aria-expanded", "true");
  await branch.click();
  await expect(branch).toHaveAttribute("aria-expanded", "false");
  await expect(leaf).toHaveCount(0);
  await page.keyboard.press("ArrowRight");
  await expect(leaf).toBeVisible();
});

test("the tree opens as deep as it goes", async ({ session, page }) => {
  const { messages } = session;
  await messages.row(7).click();
  await messages.detail.getByRole("button", { name: "Expand all" }).click();
  await messages.tree.focus();
  await page.keyboard.press("End");
  await expect(messages.tree.getByRole("treeitem").filter({ hasText: "end: null" }).last()).toBeVisible();
});

test("the same message as text is as it was written", async ({ session }) => {
  const { messages } = session;
  await messages.row(7).click();
  await messages.view("Text").click();
  await expect(messages.detail).toContainText(
    '{"price":12345678901234567890,"price":1.50,"tags":[],"deep":{"list":[1,2,{"end":null}]}}',
  );
});

test("plain text has no tree", async ({ session }) => {
  const { messages } = session;
  await messages.row(9).click();
  await expect(messages.views.getByRole("tab")).toHaveText(["Text", "Hex", "Base64", "Changes"]);
  await expect(messages.detail).toContainText("héllo 日本 😀");
  await messages.view("Hex").click();
  await expect(messages.detail).toContainText("68 c3 a9 6c 6c 6f");
});

test("a binary message is shown in hex, and in base64 as it was recorded", async ({ session }) => {
  const { messages } = session;
  await messages.row(8).click();
  await expect(messages.views.getByRole("tab")).toHaveText(["Hex", "Base64", "Changes"]);
  await expect(messages.detail).toContainText("00 01 02 ff");
  await messages.view("Base64").click();
  await expect(messages.detail).toContainText("AAEC/w==");
});

test("the view that was chosen stays from message to message", async ({ session, page }) => {
  const { messages } = session;
  await messages.row(4).click();
  await messages.view("Hex").click();
  await messages.focus();
  await page.keyboard.press("ArrowDown");
  await expect(messages.view("Hex")).toHaveAttribute("aria-selected", "true");
});

test("Copy gives the payload as it was written", async ({ session }) => {
  await session.messages.row(3).click();
  await session.messages.detail.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(() => clipboard(session)).toBe('{"note":"He said \\"oui\\" at the caf\\u00e9\\nand left"}');
});

test("Copy gives what the view shows", async ({ session }) => {
  await session.messages.row(8).click();
  await session.messages.view("Base64").click();
  await session.messages.detail.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(() => clipboard(session)).toBe("AAEC/w==");
});

test("Download saves the bytes", async ({ session, page }) => {
  await session.messages.row(8).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    session.messages.detail.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/message-8\.bin$/);
  expect(await readFile(await download.path())).toEqual(Buffer.from([0, 1, 2, 255]));
});

test("a body that was not recorded is labeled as such, not shown as empty", async ({ session }) => {
  await session.messages.row(10).click();
  await expect(session.messages.detail).toContainText("Body not recorded");
  await session.messages.row(15).click();
  await expect(session.messages.detail).toContainText("Empty");
});

test("of a truncated message it is said how much was recorded", async ({ session }) => {
  await session.messages.row(11).click();
  await expect(session.messages.detail).toContainText("only the first part");
  await expect(session.messages.detail).toContainText(/Truncated.*19 B.*5\.0 kB/);
});

test("a message that the filter hides stays open and says so", async ({ session }) => {
  await session.messages.row(4).click();
  await session.messages.filter.fill("subscribe");
  await session.messages.expectNumbers([1]);
  await expect(session.messages.detail).toContainText("Hidden by the filter");
});

test("the open and the close can be chosen too", async ({ session }) => {
  await session.messages.last.click();
  await expect(session.messages.detail).toContainText("Closed 1000 normal closure");
  await expect(session.messages.last).toHaveAttribute("aria-selected", "true");
});

function clipboard(session: SessionPage): Promise<string> {
  return session.page.evaluate(() => navigator.clipboard.readText());
}
