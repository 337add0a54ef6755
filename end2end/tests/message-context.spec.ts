// What else happened around a message.
import { expect, test } from "../support/app.ts";
import { serveSession, start } from "../support/made-session.ts";
import { socketEntry } from "../support/socket-entry.ts";
import type { Locator, Page } from "@playwright/test";
import type { SessionPage } from "../support/pages/session.ts";

const region = (page: Page): Locator => page.getByRole("region", { name: "Around this message" });
const items = (page: Page): Locator => region(page).getByRole("listitem");

const at = (ms: number): string => new Date(start + ms).toISOString();

/** A request that takes 100 ms. */
const request = (ms: number, url: string, status = 200): object => ({
  startedDateTime: at(ms),
  time: 100,
  _resourceType: "fetch",
  request: { method: "GET", url, headers: [] },
  response: { status, headers: [], content: {} },
});

const socket = (messages: [number, "send" | "receive", string][]): object => ({
  startedDateTime: at(0),
  time: 9000,
  _resourceType: "websocket",
  request: { method: "GET", url: "wss://shop.test/feed", headers: [] },
  response: { status: 101, headers: [] },
  _webSocketMessages: messages.map(([ms, type, data]) => ({ type, time: (start + ms) / 1000, opcode: 1, data })),
});

async function openHar(session: SessionPage): Promise<void> {
  await session.openEntries(
    [
      socket([
        [3000, "send", '{"op":"early"}'],
        [5000, "receive", '{"op":"sold out"}'],
        [5250, "send", '{"op":"refund"}'],
      ]),
      request(4920, "https://shop.test/api/stock", 503),
      request(9000, "https://shop.test/late"),
    ],
    { row: "1", msg: "2" },
  );
}

test("what happened within a second of a message is listed in order of time, with its offset", async ({
  session,
  page,
}) => {
  await openHar(session);
  await page.getByRole("button", { name: "Show around" }).click();
  await expect(items(page)).toHaveText([
    /^-80 ms\s*Request started\s*GET \/api\/stock$/,
    /^0 ms\s*Received\s*this message$/,
    /^\+20 ms\s*Request failed\s*GET \/api\/stock 503$/,
    /^\+250 ms\s*Sent\s*\{"op":"refund"\}$/,
  ]);
  await expect(items(page).nth(1)).toHaveAttribute("aria-current", "true");
  await session.expectParameter("around", "1s");
});

test("what was not recorded is said", async ({ session, page }) => {
  await openHar(session);
  await page.getByRole("button", { name: "Show around" }).click();
  await expect(region(page)).toContainText("Console output was not recorded");
  await expect(region(page)).toContainText("Page events were not recorded");
});

test("an item opens what it is about", async ({ session, page }) => {
  await openHar(session);
  await page.getByRole("button", { name: "Show around" }).click();
  await region(page).getByRole("link", { name: '{"op":"refund"}' }).click();
  await session.expectParameter("msg", "3");
  await expect(items(page).filter({ hasText: "this message" })).toContainText("Sent");
  await region(page).getByRole("link", { name: "GET /api/stock 503" }).click();
  await session.expectParameter("row", "2");
  await session.expectParameter("around", null);
});

test("a key shows and hides the list, and a link opens it", async ({ session, page }) => {
  await openHar(session);
  await session.messages.root.press("a");
  await expect(region(page)).toBeVisible();
  await expect(page.getByRole("button", { name: "Show around" })).toHaveAttribute("aria-pressed", "true");
  await session.expectParameter("around", "1s");
  await page.reload();
  await expect(items(page)).toHaveCount(4);
  await session.messages.root.press("a");
  await expect(region(page)).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("what happened around the selected one");
});

test("console entries and page events are listed, and open in their tabs", async ({ session, page }) => {
  const live = { initiatorType: "websocket", socketId: "live", name: "wss://shop.example.test/live" };
  const src = await serveSession(session, {
    resources: [
      { ...live, type: "open", startTimeAbs: start + 1000 },
      { ...live, type: "close", startTimeAbs: start + 5900, code: 1000, wasClean: true },
    ],
    sockets: { live: [{ type: "received", timeStamp: start + 5000, size: 4, message: "sold" }] },
    console: [
      { timeStamp: start + 100, level: "log", args: ["ready"] },
      { timeStamp: start + 5100, level: "error", args: ["out of lanterns"] },
    ],
    events: [
      { type: 4, data: { href: "https://shop.example.test/", width: 1280, height: 720 }, timestamp: start },
      { type: 3, data: { source: 2, type: 2, id: 83, x: 1, y: 2 }, timestamp: start + 4900 },
    ],
  });
  await session.open(src, { tab: "network", row: "1", msg: "1", around: "1s" });
  await expect(items(page)).toHaveText([
    /Click/,
    /this message/,
    /Console error\s*out of lanterns/,
    /This socket closed/,
  ]);
  await expect(region(page)).not.toContainText("not recorded");
  await region(page).getByRole("link", { name: "out of lanterns" }).click();
  const entry = page.getByRole("region", { name: "Console message", exact: true });
  await expect(entry).toContainText("Entry 2 of 2");
  await session.expectParameter("entry", "2");
  await session.open(src, { tab: "network", row: "1", msg: "1", around: "1s" });
  await items(page).filter({ hasText: "Click" }).getByRole("link").click();
  await expect(page.getByRole("region", { name: "Event", exact: true })).toContainText("Click");
  await session.expectParameter("tab", "events");
});

test("an entry or event that a link names and the session does not have is dropped with a notice", async ({
  session,
  page,
}) => {
  await session.openEntries([request(0, "https://shop.test/")], { tab: "console", entry: "7", event: "action-9" });
  await expect(page.getByText("Console entry 7 from the link does not exist in this session")).toBeVisible();
  await expect(page.getByText("Page event action-9 from the link does not exist in this session")).toBeVisible();
  await session.expectParameter("entry", null);
  await session.expectParameter("event", null);
});

test("the list is bounded, and says how many are not in it", async ({ session, page }) => {
  const messages = Array.from({ length: 300 }, (_, nth): [number, "receive", string] => [
    5000 + nth,
    "receive",
    `price ${nth}`,
  ]);
  await session.openEntries([socket(messages)], { row: "1", msg: "150", around: "1s" });
  await expect(items(page)).toHaveCount(100);
  await expect(region(page)).toContainText("200 items further away not listed");
  await expect(items(page).filter({ hasText: "this message" })).toBeInViewport();
});

test("credentials in other messages are hidden", async ({ session, page }) => {
  const entry = socket([
    [5000, "send", '{"op":"login","password":"hunter2"}'],
    [5100, "receive", '{"op":"welcome"}'],
  ]);
  await session.openEntries([entry], { row: "1", msg: "2", around: "1s" });
  await expect(items(page).first()).toContainText('"op":"login"');
  await expect(region(page)).not.toContainText("hunter2");
});

test("a message without a time has no list", async ({ session, page }) => {
  const entry = socketEntry("wss://shop.test/", [["send", "a"]]) as { _webSocketMessages: object[] };
  entry._webSocketMessages = [{ type: "send", opcode: 1, data: "a" }];
  await session.openEntries([entry], { row: "1", msg: "1", around: "1s" });
  await expect(region(page)).toContainText("The time of this message was not recorded");
});
