// Messages as a file.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

const URL = "wss://shop.test/socket.io/?EIO=4&transport=websocket&token=s3cret-token-s3cret";
const messages: SocketMessage[] = [
  ["receive", '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
  ["send", '421["order:add",{"sku":"lantern"}]'],
  ["receive", "2"],
  ["receive", '431[{"ok":true}]'],
  ["send", "=1+2"],
  ["receive", new Uint8Array([0, 255])],
];

type Format = "JSON Lines" | "CSV" | "HAR";

const menu = (page: Page) => page.getByRole("button", { name: "Export messages" });

/** Exports the messages, and returns the name and the content of the file. */
async function exported(page: Page, format: Format): Promise<{ name: string; text: string }> {
  await menu(page).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: format, exact: true }).click();
  const saved = await download;
  return { name: saved.suggestedFilename(), text: readFileSync(await saved.path(), "utf8") };
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test.beforeEach(async ({ session }) => {
  await session.openEntries([socketEntry(URL, messages)], { row: "1" });
  await session.messages.expectRowCount(8);
});

test("JSON Lines have an object for each message with what the table shows of it", async ({ page }) => {
  const { name, text } = await exported(page, "JSON Lines");
  expect(name).toBe("socket-io-messages.jsonl");
  const all = lines(text);
  expect(all).toHaveLength(6);
  expect(all[1]).toMatchObject({
    number: 2,
    direction: "sent",
    opcode: "text",
    event: "order:add",
    pair: 4,
    length: 34,
    data: '421["order:add",{"sku":"lantern"}]',
  });
  expect(all[1]?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(all[1]?.["rtt"]).toBeGreaterThan(0);
  expect(all[2]).toMatchObject({ heartbeat: true, event: "ping" });
  expect(all[5]).toMatchObject({ opcode: "binary", encoding: "base64", data: "AP8=" });
  const result = page.getByRole("status", { name: "Export result" });
  await expect(result).toHaveText(/^Saved socket-io-messages\.jsonl: 6 messages, /);
  await page.getByRole("button", { name: "Close export result" }).click();
  await expect(result).toHaveCount(0);
});

test("decoded payloads are exported where that is chosen", async ({ page }) => {
  await menu(page).click();
  await page.getByRole("menuitemcheckbox", { name: "Decoded payloads" }).click();
  await page.keyboard.press("Escape");
  const { text } = await exported(page, "JSON Lines");
  const [, order] = lines(text);
  expect(order).not.toHaveProperty("data");
  expect(JSON.stringify(order?.["units"])).toContain('"value":["order:add",{"sku":"lantern"}]');
});

test("what is shown is exported, and of several selected rows only those, by time", async ({ session, page }) => {
  await session.messages.direction("Received").click();
  await session.messages.header("Length").getByRole("button").click();
  await session.messages.expectNumbers([3, 6, 4, 1]);
  const numbers = async (): Promise<unknown[]> =>
    lines((await exported(page, "JSON Lines")).text).map((line) => line["number"]);
  expect(await numbers()).toEqual([1, 3, 4, 6]);
  await session.messages.row(6).click();
  await session.messages.row(1).click({ modifiers: ["Shift"] });
  expect(await numbers()).toEqual([1, 4, 6]);
});

test("credentials are redacted unless that is switched off", async ({ session, page }) => {
  const auth: SocketMessage = ["send", '40{"token":"hush-hush"}'];
  await session.openEntries([socketEntry(URL, [...messages, auth])], { row: "1" });
  await session.messages.expectRowCount(9);
  expect((await exported(page, "JSON Lines")).text).not.toContain("hush");
  const result = page.getByRole("status", { name: "Export result" });
  await expect(result).toContainText("1 credential value redacted");
  await menu(page).click();
  await page.getByRole("menuitemcheckbox", { name: "Decoded payloads" }).click();
  await page.keyboard.press("Escape");
  expect((await exported(page, "CSV")).text).not.toContain("hush");
  await menu(page).click();
  await page.getByRole("menuitemcheckbox", { name: "Redact credentials" }).click();
  await page.keyboard.press("Escape");
  expect((await exported(page, "CSV")).text).toContain("hush-hush");
  await expect(result).not.toContainText("redacted");
});

test("a table has no formulas", async ({ page }) => {
  const { name, text } = await exported(page, "CSV");
  expect(name).toBe("socket-io-messages.csv");
  const rows = text.split("\r\n");
  expect(rows[0]).toBe("number,time,offset_ms,direction,kind,opcode,event,round_trip_ms,length,encoding,data");
  expect(rows).toHaveLength(8);
  expect(rows[2]).toContain(`"421[""order:add"",{""sku"":""lantern""}]"`);
  expect(rows[5]).toMatch(/,text,"'=1\+2"$/);
});

test("a HAR has the socket with its selected messages, and opens again", async ({ session, page, home }) => {
  await session.messages.row(2).click();
  await session.messages.row(3).click({ modifiers: ["Shift"] });
  const { name, text } = await exported(page, "HAR");
  const { log } = JSON.parse(text) as {
    log: { version: string; entries: { request: { url: string }; _webSocketMessages: { data: string }[] }[] };
  };
  expect(log.version).toBe("1.2");
  expect(log.entries).toHaveLength(1);
  expect(log.entries[0]?.request.url).not.toContain("s3cret");
  expect(log.entries[0]?._webSocketMessages.map(({ data }) => data)).toEqual([
    '421["order:add",{"sku":"lantern"}]',
    "2",
  ]);
  await home.pickGenerated({ name, content: Buffer.from(text) });
  await session.expectLoaded();
  await session.selectRow(1);
  await session.messages.expectRowCount(4);
});

test("a long export shows its progress and can be canceled", async ({ session, page }) => {
  // The page yields to the browser between slices of work; here it can be made to wait.
  await page.addInitScript(() => {
    const isSlow = (): boolean => document.documentElement.dataset["slow"] !== undefined;
    const slowYield = (): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(resolve, isSlow() ? 200 : 0);
      });
    Object.defineProperty(window, "scheduler", { value: { yield: slowYield } });
  });
  const tick = (nth: number): SocketMessage => ["receive", `{"tick":${nth},"text":"${"x".repeat(300)}"}`];
  const many = Array.from({ length: 20_000 }, (_, nth) => tick(nth));
  await session.openEntries([socketEntry("wss://a.test/ticks", many)], { row: "1" });
  await session.messages.expectRowCount(20_002);
  await menu(page).click();
  await page.getByRole("menuitemcheckbox", { name: "Decoded payloads" }).click();
  await page.evaluate(() => (document.documentElement.dataset["slow"] = ""));
  await page.getByRole("menuitem", { name: "JSON Lines" }).click();
  const progress = page.getByRole("progressbar", { name: "Exporting messages" });
  await expect(progress).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(progress).toHaveCount(0);
  await expect(page.getByRole("status", { name: "Export result" })).toHaveCount(0);
});
