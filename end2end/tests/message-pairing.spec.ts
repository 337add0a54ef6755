// Pairs of messages by a field that the user selects, where no protocol says which are replies.
import { expect, test } from "../support/app.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";
import type { Locator, Page } from "@playwright/test";

const messages: SocketMessage[] = [
  ["send", '{"kind":"book","meta":{"ref":7}}'],
  ["send", '{"kind":"cancel","meta":{"ref":8}}'],
  ["receive", '{"kind":"done","meta":{"ref":"8"}}'],
  ["receive", '{"kind":"done","meta":{"ref":7}}'],
  ["send", '{"kind":"book","meta":{"ref":9}}'],
];
const entry = (): object => socketEntry("wss://hotel.test/live", messages);
const status = (page: Page): Locator => page.getByRole("status", { name: "Protocol" });

test("a field of the tree pairs requests and replies, labeled as inferred", async ({ session, page }) => {
  await session.openEntries([entry()], { row: "1", msg: "1", view: "parsed" });
  await expect(session.messages.row(1)).not.toHaveAttribute("data-pair");
  const field = session.messages.tree.getByRole("treeitem", { name: "ref: 7" });
  await field.hover();
  await field.getByRole("button", { name: "Pair by this field" }).click();
  await session.expectParameter("pairby", "$.meta.ref");
  await expect(status(page)).toContainText("Paired by $.meta.ref (inferred): 2 pairs, 1 unpaired");
  await expect(session.messages.row(1)).toHaveAttribute("data-pair", "4");
  await expect(session.messages.row(3)).toHaveAttribute("data-pair", "2");
  await page.getByRole("button", { name: "Show reply" }).click();
  await session.expectParameter("msg", "4");
});

test("the round trip of inferred pairs is shown, and the filter finds them", async ({ session, page }) => {
  await session.openEntries([entry()], { row: "1", pairby: "$.meta.ref", mcols: "number,direction,data,rtt" });
  await expect(session.messages.cell(1, "rtt")).toHaveText("300 ms");
  await expect(session.messages.cell(3, "rtt")).toHaveText("100 ms");
  await expect(session.messages.cell(5, "rtt")).toHaveText("no reply");
  await session.messages.filter.fill("is:unanswered");
  await session.messages.expectNumbers([5]);
  await session.messages.filter.fill("rtt:>200ms");
  await session.messages.expectNumbers([1, 4]);
  await expect(status(page)).toContainText("inferred");
});

test("the field is selected with the keyboard, and cleared", async ({ session, page }) => {
  await session.openEntries([entry()], { row: "1", msg: "1", view: "parsed" });
  // The key has a meaning once it is known that no protocol pairs the messages.
  const offer = session.messages.tree.getByRole("button", { name: "Pair by this field", includeHidden: true });
  await expect(offer.last()).toBeAttached();
  await session.messages.tree.focus();
  for (const key of ["ArrowDown", "End", "b"]) await page.keyboard.press(key);
  await session.expectParameter("pairby", "$.meta.ref");
  await page.getByRole("button", { name: "Clear pairing" }).click();
  await session.expectParameter("pairby", null);
  await expect(session.messages.row(1)).not.toHaveAttribute("data-pair");
  await expect(status(page)).not.toContainText("Paired");
});

test("a protocol that says which messages are replies is not paired by a field", async ({ session, page }) => {
  const chat: SocketMessage[] = [
    ["receive", '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
    ["receive", '42["chat:new",{"text":"hello","id":5}]'],
  ];
  const url = "wss://shop.test/socket.io/?EIO=4&transport=websocket";
  await session.openEntries([socketEntry(url, chat)], { row: "1", msg: "2", pairby: "$.id" });
  await expect(status(page)).toContainText("Not paired by $.id");
  await expect(session.messages.detail.getByRole("tree").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Pair by this field" })).toHaveCount(0);
});

test("a path that is not one is named", async ({ session, page }) => {
  await session.openEntries([entry()], { row: "1", pairby: "id" });
  await expect(status(page)).toContainText('"id" is not the path of a field');
});
