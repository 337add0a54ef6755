// What is spoken inside a socket: the protocol, events, heartbeats, pairs, the decoded message.
import { expect, test } from "../support/app.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

const URL = "wss://shop.test/socket.io/?EIO=4&transport=websocket";
const messages: SocketMessage[] = [
  ["receive", '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
  ["send", '40{"token":"s3cret-token"}'],
  ["receive", '40{"sid":"b"}'],
  ["send", '421["order:add",{"sku":"lantern","note":"café"}]'],
  ["receive", "2"],
  ["send", "3"],
  ["receive", '431[{"ok":true}]'],
  ["receive", '42["chat:new",{"text":"hello"}]'],
  ["send", '451-2["upload",{"_placeholder":true,"num":0}]'],
  ["send", new Uint8Array([0, 255, 16])],
  ["send", '42["connect"]'],
];

test.beforeEach(async ({ session }) => {
  await session.openEntries([socketEntry(URL, messages)], { row: "1" });
  await session.messages.expectRowCount(13);
});

test("the protocol is named, with what it was recognized by", async ({ page }) => {
  await expect(page.getByRole("status", { name: "Protocol" })).toHaveText("Socket.IO 4 over Engine.IO 4, by the URL");
  await expect(page.getByRole("combobox", { name: "Decode as" }).locator("option").first()).toHaveText(
    "Automatic (Socket.IO)",
  );
});

test("each message shows its event, a part which part it is, and a malformed one that it is", async ({ session }) => {
  const events = {
    1: "open",
    4: "order:add",
    5: "ping",
    7: "ack of order:add",
    8: "chat:new",
    9: "upload",
    10: "upload, part 2 of 2 of #9",
    11: "malformed",
  };
  for (const [number, event] of Object.entries(events)) {
    await expect(session.messages.cell(Number(number), "event")).toHaveText(event);
  }
  await expect(session.messages.row(11)).toHaveAttribute("data-malformed", "");
});

test("a request and its reply are linked, and show the round trip", async ({ page, session }) => {
  await expect(session.messages.row(4)).toHaveAttribute("data-pair", "7");
  await expect(session.messages.row(7)).toHaveAttribute("data-pair", "4");
  await session.details.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Round trip" }).click();
  await expect(session.messages.cell(4, "rtt")).toHaveText("300 ms");
  await expect(session.messages.cell(7, "rtt")).toHaveText("300 ms");
  await expect(session.messages.cell(9, "rtt")).toHaveText("no reply");
  await session.expectParameter("mcols", "direction,event,data,length,time,delta,rtt");
});

test("the other message of an exchange is one click or one key away", async ({ page, session }) => {
  await session.messages.row(4).click();
  await page.getByRole("button", { name: "Show reply" }).click();
  await session.expectParameter("msg", "7");
  await expect(page.getByRole("button", { name: "Show request" })).toBeVisible();
  await page.getByRole("grid", { name: "WebSocket messages" }).press("p");
  await session.expectParameter("msg", "4");
});

test("heartbeats are hidden on demand, and counted", async ({ page, session }) => {
  const box = page.getByRole("checkbox", { name: "Hide heartbeats" });
  await expect(box).not.toBeChecked();
  await expect(session.messages.row(5)).toHaveAttribute("data-heartbeat", "");
  await box.check();
  await expect(session.messages.row(5)).toHaveCount(0);
  await session.messages.expectRowCount(11);
  await expect(page.getByRole("status", { name: "Messages summary" })).toHaveText(
    /^9 of 11 messages.* · 2 heartbeats hidden$/,
  );
  await session.expectParameter("hb", "hide");
});

test("a message is decoded, and its recorded text stays one click away", async ({ page, session }) => {
  await session.messages.row(4).click();
  const tabs = page.getByRole("tablist", { name: "Message view" });
  await expect(tabs.getByRole("tab").first()).toHaveText("Decoded");
  const decoded = page.getByRole("group", { name: "Decoded" });
  await expect(decoded).toContainText("order:add");
  await expect(decoded.getByRole("tree", { name: "Decoded payload" })).toContainText("lantern");
  await tabs.getByRole("tab", { name: "Text" }).click();
  await expect(page.getByRole("region", { name: "Message", exact: true })).toContainText('421["order:add"');
  await session.expectParameter("view", "text");
});

test("attachments are joined with their event, from each of its messages", async ({ page, session }) => {
  for (const number of [9, 10]) {
    await session.messages.row(number).click();
    const decoded = page.getByRole("group", { name: "Decoded" });
    await expect(decoded).toContainText("messages 9 to 10");
    await expect(decoded).toContainText("00 ff 10");
  }
});

test("credentials are hidden until they are asked for", async ({ page, session }) => {
  await session.messages.row(2).click();
  const decoded = page.getByRole("group", { name: "Decoded" });
  await expect(decoded).not.toContainText("s3cret-token");
  await decoded.getByRole("button", { name: "Show credentials" }).click();
  await expect(decoded).toContainText("s3cret-token");
});

test("another protocol can be selected, and none", async ({ page, session }) => {
  const choice = page.getByRole("combobox", { name: "Decode as" });
  await choice.selectOption("None");
  await expect(page.getByRole("status", { name: "Protocol" })).toHaveText("Not decoded");
  await expect(session.messages.row(4)).not.toHaveAttribute("data-pair");
  await session.expectParameter("decode", "none");
  await choice.selectOption("");
  await expect(session.messages.cell(4, "event")).toHaveText("order:add");
});

test("the filter knows the columns of messages", async ({ page, session }) => {
  const box = page.getByRole("searchbox", { name: "Filter messages" });
  const shown = {
    "event:=order:add": [4],
    "dir:received event:chat*": [8],
    "is:heartbeat": [5, 6],
    "is:malformed OR event:upload": [9, 10, 11],
    "raw:lantern": [4],
    "-is:heartbeat (hello OR café)": [4, 8],
  };
  for (const [filter, numbers] of Object.entries(shown)) {
    await box.fill(filter);
    await session.messages.expectNumbers(numbers);
  }
});

test("a filter with an error says where, and the last valid one stays in force", async ({ page, session }) => {
  const box = page.getByRole("searchbox", { name: "Filter messages" });
  await box.fill("event:chat:new");
  await session.messages.expectNumbers([8]);
  await box.fill("event:chat:new length:>x");
  await expect(page.getByRole("alert", { name: "Filter error" })).toContainText("x");
  await session.messages.expectNumbers([8]);
  await box.fill("event:chat:new length:>1");
  await expect(page.getByRole("alert", { name: "Filter error" })).toHaveCount(0);
});

test("Tab completes keys and values", async ({ page, session }) => {
  const box = page.getByRole("searchbox", { name: "Filter messages" });
  await box.pressSequentially("ev");
  await expect(page.getByRole("listbox", { name: "Filter suggestions" })).toBeVisible();
  await box.press("Tab");
  await expect(box).toHaveValue("event:");
  await box.pressSequentially("chat");
  await box.press("Tab");
  await expect(box).toHaveValue("event:chat:new");
  await session.messages.expectNumbers([8]);
});
