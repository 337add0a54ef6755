// Heartbeats of sockets whose protocol is not recognized, and silences on the waterfall.
import { expect, test } from "../support/app.ts";

const start = Date.parse("2026-11-21T14:02:00.000Z") / 1000;

const message = (at: number, data: string): object => ({ type: "receive", time: start + at, opcode: 1, data });

const socket = (messages: object[]): object => ({
  startedDateTime: new Date(start * 1000).toISOString(),
  time: 30,
  _resourceType: "websocket",
  _webSocketMessages: messages,
  request: { method: "GET", url: "wss://live.test/feed", headers: [] },
  response: { status: 101, headers: [], content: {} },
});

const beats = (count: number, text: string): object[] =>
  Array.from({ length: count }, (_, nth) => message(5 * nth + 1, text));
const prices = Array.from({ length: 40 }, (_, nth) => message(nth + 0.5, `price ${(nth * nth * 37) % 401}`));

test("regular messages without news are hidden, and prices are not", async ({ session, page }) => {
  await session.openEntries([socket([...beats(8, "~"), ...prices])], { row: "1" });
  await expect(session.messages.summary).toContainText("48 messages");
  await page.getByRole("checkbox", { name: "Hide heartbeats" }).check();
  await expect(session.messages.summary).toContainText("40 of 48 messages");
  await expect(session.messages.summary).toContainText("8 heartbeats hidden");
});

test("messages that are nearly everything are hidden only when that is asked for", async ({ session, page }) => {
  await session.openEntries([socket(beats(20, "door closed"))], { row: "1" });
  await page.getByRole("checkbox", { name: "Hide heartbeats" }).check();
  const button = page.getByRole("button", { name: "Hide 20 messages that may be heartbeats" });
  await expect(button).toBeVisible();
  await expect(session.messages.summary).not.toContainText("hidden");
  await button.click();
  await expect(session.messages.summary).toContainText("20 heartbeats hidden");
  await expect(button).toHaveCount(0);
});

test("the last heartbeat before a silence stays in the table", async ({ session }) => {
  const messages = [...beats(8, "ping"), message(80, "late")];
  await session.openEntries([socket(messages)], { row: "1", hb: "hide", mcols: "number,data" });
  await expect(session.messages.summary).toContainText("2 of 9 messages");
  await expect(session.messages.summary).toContainText("7 heartbeats hidden");
  await session.messages.expectNumbers([8, 9]);
});

test("the last heartbeat before the close stays in the table", async ({ session }) => {
  const close = { type: "receive", time: start + 40, opcode: 8, data: "" };
  await session.openEntries([socket([...beats(8, "ping"), message(39, "bye"), close])], { row: "1", hb: "hide" });
  await expect(session.messages.summary).toContainText("7 heartbeats hidden");
  await expect(session.messages.row(8)).toBeVisible();
});

test("a silence of three heartbeat periods is named on the socket's bar", async ({ session }) => {
  await session.openEntries([socket([...beats(8, "ping"), message(80, "late")])], { row: "1" });
  await expect(session.requests.cell(1, "waterfall")).toHaveAttribute("title", /1 silence longer than three heartbeat/);
});
