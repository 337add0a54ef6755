// The table of a socket's messages.
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json", { row: "6" });
  await session.messages.expectRowCount(17);
});

test("the open is first and the close last, with code, meaning, reason and duration", async ({ session }) => {
  const { first, last } = session.messages;
  await expect(first).toHaveAttribute("data-kind", "open");
  await expect(last).toHaveAttribute("data-kind", "close");
  await expect(last).toContainText("Closed 1000 normal closure");
  await expect(last).toContainText("order placed");
  await expect(last).toContainText("6.25 s");
});

test("the open and the close are no messages: they have no number", async ({ session }) => {
  for (const row of [session.messages.first, session.messages.last]) {
    expect(await row.getAttribute("data-msg")).toBeNull();
  }
});

test("messages are sorted by time, equal times in file order, and duplicates are kept", async ({ session }) => {
  await session.messages.expectNumbers([1, 2, 3, 4, 7, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15]);
});

test("each row has a kind and a direction label", async ({ session }) => {
  const kinds = {
    1: ["sent", "Sent"],
    2: ["received", "Received"],
    12: ["error", "Error"],
    13: ["ping", "Ping"],
    14: ["pong", "Pong"],
  };
  for (const [number, [kind, word]] of Object.entries(kinds)) {
    await expect(session.messages.row(Number(number))).toHaveAttribute("data-kind", kind ?? "");
    const icon = session.messages.cell(Number(number), "direction").getByRole("img");
    await expect(icon).toHaveAccessibleName(word ?? "");
  }
});

test("a ping and a pong are named, with what they carry", async ({ session }) => {
  const message = (type: string, opcode: number, data: string): object => ({ type, opcode, data, time: 1772359200.5 });
  const entry = {
    startedDateTime: "2026-03-01T10:00:00Z",
    request: { method: "GET", url: "wss://a.test/" },
    response: { status: 101 },
    _webSocketMessages: [
      message("receive", 9, ""),
      message("send", 10, ""),
      message("receive", 9, "aGk="),
      message("send", 1, ""),
    ],
  };
  await session.openEntries([entry], { row: "1" });
  await session.messages.expectRowCount(6);
  await expect(session.messages.cell(1, "data")).toHaveText("Ping");
  await expect(session.messages.cell(2, "data")).toHaveText("Pong");
  await expect(session.messages.cell(3, "data")).toHaveText(/^Ping \[binary\] 2 bytes 68 69/);
  await expect(session.messages.cell(4, "data")).toHaveText("Empty");
});

test("times are offsets from the session's start, the title has the wall clock", async ({ session }) => {
  await expect(session.messages.cell(2, "time")).toHaveText("0:01.150");
  await expect(session.messages.cell(2, "time")).toHaveAttribute("title", /2025-10-09 08:53:21\.150/);
});

test("delta is the time since the row above, which a filter changes", async ({ session }) => {
  const { messages } = session;
  await expect(messages.cell(1, "delta")).toHaveText("60 ms");
  await expect(messages.cell(4, "delta")).toHaveText("0 ms");
  await expect(messages.cell(5, "delta")).toHaveText("500 ms");
  await messages.filter.fill("tick");
  await messages.expectNumbers([4, 5, 6]);
  await expect(messages.cell(5, "delta")).toHaveText("1.00 s");
});

test("length is in bytes: of the text in UTF-8, of the binary itself", async ({ session }) => {
  const { messages } = session;
  await expect(messages.cell(9, "data")).toHaveText("héllo 日本 😀");
  await expect(messages.cell(9, "length")).toHaveText("18 B");
  await expect(messages.cell(8, "length")).toHaveText("4 B");
  await expect(messages.cell(15, "length")).toHaveText("0 B");
});

test("a message with a missing or truncated body keeps its length", async ({ session }) => {
  const { messages } = session;
  await expect(messages.cell(10, "data")).toContainText("Body not recorded");
  await expect(messages.cell(10, "length")).toHaveText("2.0 kB");
  await expect(messages.cell(11, "data")).toContainText("truncated");
  await expect(messages.cell(11, "length")).toHaveText("5.0 kB");
});

test("the summary counts every element of the file, both ways and in bytes", async ({ session }) => {
  await expect(session.messages.summary).toContainText("15 messages");
  await expect(session.messages.summary).toContainText(/3 sent 113 B/);
  await expect(session.messages.summary).toContainText(/11 received 7\.2 kB/);
  await expect(session.messages.summary).toContainText("1 error");
});

const filters: [what: string, filter: string, rows: number[]][] = [
  ["text", "tick", [4, 5, 6]],
  ["whatever the case", "TICK", [4, 5, 6]],
  ["a quote that the file escapes", '"oui"', [3]],
  ["JSON as it reads", '{"op":"subscribe"', [1]],
  ["a letter that JSON escapes", "café", [3]],
  ["letters beyond ASCII", "日本", [9]],
  ["a phrase", '"only the first"', [11]],
  ["all of several terms", "café oui", [3]],
  ["an exclusion", "id -subscribe -oui", [2]],
];

test("the filter matches what a person reads", async ({ session }) => {
  const { messages } = session;
  for (const [what, filter, rows] of filters) {
    await test.step(`${what}: ${filter}`, async () => {
      await messages.filter.fill(filter);
      await messages.expectNumbers(rows);
      await messages.expectRowCount(rows.length + 2);
      await expect(messages.summary).toContainText(`${rows.length} of 15 messages`);
    });
  }
});

test("a line break in the text separates terms", async ({ session }) => {
  await session.messages.filter.fill('left café -"café and"');
  await session.messages.expectNumbers([3]);
});

test("where nothing matches, the open and the close stay, and a sentence says so", async ({ session }) => {
  const { messages } = session;
  await messages.filter.fill("no such text");
  await messages.expectRowCount(2);
  await expect(messages.root).toContainText("No message matches the filter");
  await expect(messages.summary).toContainText("0 of 15 messages");
  await expect(messages.first).toHaveAttribute("data-kind", "open");
  await expect(messages.last).toHaveAttribute("data-kind", "close");
});

test("Direction shows what was sent, or what was received", async ({ session, page }) => {
  const { messages } = session;
  await expect(messages.direction("All")).toBeChecked();
  await messages.direction("Sent").click();
  await messages.expectNumbers([1, 7, 13]);
  await expect(messages.direction("Sent")).toBeChecked();
  await expect(messages.direction("All")).not.toBeChecked();
  await page.keyboard.press("ArrowRight");
  await expect(messages.direction("Received")).toBeChecked();
  await expect(messages.summary).toContainText("11 of 15 messages");
  await messages.filter.fill("tick");
  await messages.expectNumbers([4, 5, 6]);
});

test("another socket begins without the filter of the last one", async ({ session }) => {
  await session.messages.filter.fill("tick");
  await session.messages.direction("Received").click();
  await session.selectRow(11);
  await session.messages.expectNumbers([1, 2, 3]);
  await expect(session.messages.filter).toHaveValue("");
  await expect(session.messages.direction("All")).toBeChecked();
});

test("a socket that is still open ends with a word about it", async ({ session }) => {
  await session.selectRow(11);
  await expect(session.messages.last).toContainText("Still open when the recording ended");
});

test("a refused socket says why, first", async ({ session }) => {
  await session.selectRow(13);
  await expect(session.messages.first).toContainText("403 Forbidden");
  await expect(session.messages.summary).toContainText("0 messages");
});

test("messages without an open or a close are listed between notes about that", async ({ session }) => {
  await session.selectRow(19);
  await session.messages.expectNumbers([1, 2]);
  await expect(session.messages.first).toContainText("Open not recorded");
  await expect(session.messages.last).toContainText("not recorded");
});

test("keys move through the messages and Escape closes the chosen one, then the details", async ({ session, page }) => {
  const { messages } = session;
  await messages.row(1).click();
  await page.keyboard.press("ArrowDown");
  await expect(messages.row(2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  await expect(messages.last).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await expect(messages.row(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(messages.detail).toHaveCount(0);
  await expect(session.details).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(session.details).toHaveCount(0);
});

test("the chosen row stays in sight when the message opens below the table", async ({ session }) => {
  await session.messages.rows.last().click();
  await expect(session.messages.detail).toBeVisible();
  await expect(session.messages.selected).toBeInViewport({ ratio: 1 });
});

test("of many messages only those on screen are in the DOM", async ({ session }) => {
  await session.open(demo.src, { q: "ticker" });
  await session.requests.at(1).click();
  await session.messages.expectRowCount(demo.messages("/ws/ticker") + 2);
  expect(await session.messages.rows.count()).toBeLessThan(80);
  await session.messages.focus();
  await session.page.keyboard.press("End");
  await expect(session.messages.last).toContainText("Still open when the recording ended");
  await expect(session.messages.last).toHaveAttribute("aria-rowindex", String(demo.messages("/ws/ticker") + 3));
});
