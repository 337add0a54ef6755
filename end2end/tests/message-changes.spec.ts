// What changed since the previous message of the same event.
import { expect, test } from "../support/app.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";
import type { Locator, Page } from "@playwright/test";

const changes = (page: Page): Locator => page.getByRole("group", { name: "Changes" });
const items = (page: Page): Locator =>
  changes(page).getByRole("list", { name: "Changed values" }).getByRole("listitem");
const tab = (page: Page): Locator =>
  page.getByRole("tablist", { name: "Message view" }).getByRole("tab", { name: "Changes" });

const feed: SocketMessage[] = [
  ["receive", '{"type":"quote","bid":104.50,"depth":[1,2,3],"venue":"A"}'],
  ["receive", '{"type":"trade","price":104.5}'],
  ["send", '{"type":"quote","ask":"now"}'],
  ["receive", '{"type":"quote","bid":104.5,"depth":[1,9,2,3],"open":true}'],
  ["receive", '{"type":"quote","open":true,"depth":[1,9,2,3],"bid":104.5}'],
];

test("a message is compared with the previous one of its event and direction", async ({ session, page }) => {
  await session.openEntries([socketEntry("wss://market.test/feed", feed)], { row: "1", msg: "4" });
  await tab(page).click();
  await expect(changes(page)).toContainText("Compared with #1, the previous quote, at 0:00.200");
  await expect(changes(page)).toContainText("1 changed, 2 added, 1 removed · 4 values unchanged");
  await expect(items(page)).toHaveText([
    /^~\s*\$\.bid\s*104\.50\s*→\s*104\.5$/,
    /^\+\s*\$\.depth\[1\]\s*9$/,
    /^\+\s*\$\.open\s*true$/,
    /^-\s*\$\.venue\s*"A"$/,
  ]);
  await session.expectParameter("view", "changes");
  await changes(page).getByRole("link", { name: "#1" }).click();
  await session.expectParameter("msg", "1");
  await expect(changes(page)).toHaveText("No earlier message of this event");
});

test("equal messages have no changes, whatever the order of their members", async ({ session, page }) => {
  await session.openEntries([socketEntry("wss://market.test/feed", feed)], { row: "1", msg: "5", view: "changes" });
  await expect(changes(page)).toContainText("No changes · 7 values unchanged");
});

test("messages that are not trees are compared by line", async ({ session, page }) => {
  const messages: SocketMessage[] = [
    ["receive", "open\nlantern 12\nclosed"],
    ["send", "hello"],
    ["receive", "open\nlantern 9\nclosed"],
  ];
  await session.openEntries([socketEntry("wss://market.test/lines", messages)], {
    row: "1",
    msg: "3",
    view: "changes",
    decode: "none",
  });
  await expect(changes(page)).toContainText("Compared with #1, the previous message of this direction");
  await expect(items(page)).toHaveText([/^~\s*line 2\s*lantern 12\s*→\s*lantern 9$/]);
});

test("the units of a protocol are compared by field", async ({ session, page }) => {
  const messages: SocketMessage[] = [
    ["receive", '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
    ["receive", '42["chat:new",{"text":"hello","from":"Ada"}]'],
    ["receive", "2"],
    ["receive", '42["chat:new",{"text":"goodbye","from":"Ada"}]'],
  ];
  const url = "wss://shop.test/socket.io/?EIO=4&transport=websocket";
  await session.openEntries([socketEntry(url, messages)], { row: "1", msg: "4", view: "changes" });
  await expect(changes(page)).toContainText("Compared with #2, the previous chat:new");
  await expect(items(page)).toHaveText([/Arguments \$\[1\]\.text\s*"hello"\s*→\s*"goodbye"/]);
});

test("the list of changes is bounded, and says how many are not in it", async ({ session, page }) => {
  const numbers = (from: number): string => JSON.stringify(Array.from({ length: 500 }, (_, nth) => nth + from));
  const messages: SocketMessage[] = [
    ["receive", numbers(0)],
    ["receive", numbers(1000)],
  ];
  await session.openEntries([socketEntry("wss://market.test/feed", messages)], {
    row: "1",
    msg: "2",
    view: "changes",
  });
  await expect(items(page)).toHaveCount(200);
  await expect(changes(page)).toContainText("300 further changes not listed");
});

test("credentials that changed are hidden until they are asked for", async ({ session, page }) => {
  const login = (password: string): SocketMessage => ["send", JSON.stringify({ kind: "login", password })];
  await session.openEntries([socketEntry("wss://market.test/feed", [login("hunter2"), login("hunter3")])], {
    row: "1",
    msg: "2",
    view: "changes",
  });
  await expect(items(page)).toHaveText([/^~\s*\$\.password\s*••••\s*→\s*••••$/]);
  await page.getByRole("button", { name: "Show credentials", exact: true }).click();
  await expect(items(page)).toHaveText([/"hunter2"\s*→\s*"hunter3"$/]);
});
