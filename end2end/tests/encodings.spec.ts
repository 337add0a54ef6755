// Binary messages of no known protocol, and what is encoded within strings.
import { gzipSync } from "node:zlib";
import { expect, test } from "../support/app.ts";
import type { SessionPage } from "../support/pages/session.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(" ", ""), "hex");
const base64Url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

async function open(session: SessionPage, messages: SocketMessage[]): Promise<void> {
  await session.openEntries([socketEntry("wss://x.test/live", messages)], { row: "1" });
  await session.messages.expectRowCount(messages.length + 2);
}

test("MessagePack is guessed by the first messages, and shown as a tree", async ({ page, session }) => {
  await open(session, [
    ["receive", hex("82 a4 74 79 70 65 a4 74 69 63 6b a1 70 01")],
    ["receive", hex("82 a4 74 79 70 65 a4 74 69 63 6b a1 70 02")],
  ]);
  await expect(page.getByRole("status", { name: "Protocol" })).toHaveText("MessagePack, guessed by its first messages");
  await expect(session.messages.cell(2, "event")).toHaveText("tick");
  await session.messages.row(2).click();
  await expect(session.messages.detail).toContainText("MessagePack (guessed)");
  await expect(session.messages.tree.getByRole("treeitem", { name: "p: 2" })).toBeVisible();
  await session.messages.view("Hex").click();
  await expect(session.messages.detail).toContainText("82 a4 74 79 70 65");
});

test("Protocol Buffers have the numbers of fields as keys", async ({ page, session }) => {
  await open(session, [
    ["receive", hex("0a 04 74 69 63 6b 10 01")],
    ["receive", hex("0a 04 74 69 63 6b 10 02")],
    ["receive", hex("0a 04 6c 61 73 74 10 03")],
  ]);
  await expect(page.getByRole("status", { name: "Protocol" })).toHaveText("Protobuf, guessed by its first messages");
  await expect(session.messages.cell(3, "event")).toHaveText("last");
  await session.messages.row(3).click();
  await expect(session.messages.tree.getByRole("treeitem", { name: "2: 3" })).toBeVisible();
});

test("a compressed message says what it was compressed with", async ({ page, session }) => {
  await open(session, [["receive", gzipSync('{"type":"tick","price":1}')]]);
  await expect(page.getByRole("status", { name: "Protocol" })).toHaveText(
    "JSON, compressed with gzip, guessed by its first messages",
  );
  await session.messages.row(1).click();
  await expect(session.messages.view("Decoded")).toHaveAttribute("aria-selected", "true");
  await expect(session.messages.detail).toContainText("gzip");
  await expect(session.messages.tree.getByRole("treeitem", { name: "price: 1" })).toBeVisible();
});

test("what is encoded within a string is opened by its button and closed again", async ({ session }) => {
  const token = `${base64Url({ alg: "HS256" })}.${base64Url({ sub: "a", iat: 1_516_239_022 })}.c2ln`;
  await open(session, [["receive", JSON.stringify({ plain: "hello", inner: '{"a":{"b":1}}', token })]]);
  const { messages } = session;
  await messages.row(1).click();
  await messages.tree.getByRole("treeitem", { name: /^plain/ }).hover();
  await expect(messages.detail.getByRole("button", { name: "Open", exact: true })).toHaveCount(0);
  const item = messages.tree.getByRole("treeitem", { name: /^token/ });
  await item.hover();
  await item.getByRole("button", { name: "Open", exact: true }).click();
  const nested = messages.detail.getByRole("region", { name: "JWT in $.token" });
  await expect(nested).toContainText("Signature not verified");
  await expect(nested).toContainText("Issued 2018-01-18T01:30:22");
  await expect(nested.getByRole("treeitem", { name: 'sub: "a"' })).toBeVisible();
  await nested.getByRole("button", { name: "Close nested value" }).click();
  await expect(nested).toHaveCount(0);
  await expect(messages.tree).toBeFocused();
});

test("what is encoded within a string is opened and closed by key", async ({ page, session }) => {
  await open(session, [["receive", JSON.stringify({ inner: JSON.stringify({ deep: JSON.stringify({ a: 1 }) }) })]]);
  const { messages } = session;
  await messages.row(1).click();
  await messages.tree.focus();
  for (const key of ["ArrowDown", "ArrowDown", "o"]) {
    await page.keyboard.press(key);
  }
  const outer = messages.detail.getByRole("region", { name: "JSON in $.inner" });
  await expect(outer.getByRole("tree")).toBeFocused();
  for (const key of ["ArrowDown", "ArrowDown", "o"]) {
    await page.keyboard.press(key);
  }
  const inner = outer.getByRole("region", { name: "JSON in $.deep" });
  await expect(inner.getByRole("treeitem", { name: "a: 1" })).toBeVisible();
  await expect(inner.getByRole("tree")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(inner).toHaveCount(0);
  await expect(outer.getByRole("tree")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(outer).toHaveCount(0);
  await expect(messages.detail).toBeVisible();
});
