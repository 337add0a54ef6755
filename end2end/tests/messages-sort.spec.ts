// The order of the messages.
import { expect, test } from "../support/app.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

const messages: SocketMessage[] = [
  ["receive", '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
  ["send", '421["order:add",{"sku":"lantern"}]'],
  ["receive", "2"],
  ["send", "3"],
  ["send", '422["order:sum"]'],
  ["receive", "432[7]"],
  ["receive", '431[{"ok":true}]'],
  ["receive", new Uint8Array([1, 2, 3])],
];

/** Ascending and descending; messages without a value are last in both. */
const orders: Record<string, [ascending: number[], descending: number[]]> = {
  Number: [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [8, 7, 6, 5, 4, 3, 2, 1],
  ],
  Direction: [
    [2, 4, 5, 1, 3, 6, 7, 8],
    [1, 3, 6, 7, 8, 2, 4, 5],
  ],
  Opcode: [
    [8, 1, 2, 3, 4, 5, 6, 7],
    [1, 2, 3, 4, 5, 6, 7, 8],
  ],
  Data: [
    [1, 3, 4, 2, 5, 7, 6, 8],
    [8, 6, 7, 5, 2, 4, 3, 1],
  ],
  Length: [
    [3, 4, 8, 6, 5, 7, 2, 1],
    [1, 2, 5, 7, 6, 8, 3, 4],
  ],
  "Round trip": [
    [3, 4, 5, 6, 2, 7, 1, 8],
    [2, 7, 3, 4, 5, 6, 1, 8],
  ],
};

const columns = "number,direction,opcode,event,data,length,time,clock,delta,rtt";
const URL = "wss://shop.test/socket.io/?EIO=4&transport=websocket";

test.beforeEach(async ({ session }) => {
  await session.openEntries([socketEntry(URL, messages)], { row: "1", mcols: columns });
  await session.messages.expectRowCount(10);
});

test("a click on a column sorts ascending, then descending, then by time again", async ({ session }) => {
  const { messages: table } = session;
  await expect(table.header("Time")).toHaveAttribute("aria-sort", "ascending");
  for (const [name, [ascending, descending]] of Object.entries(orders)) {
    await test.step(name, async () => {
      const header = table.header(name);
      await header.getByRole("button").click();
      await expect(header).toHaveAttribute("aria-sort", "ascending");
      await expect(table.header("Time")).toHaveAttribute("aria-sort", "none");
      await table.expectNumbers(ascending);
      await header.getByRole("button").click();
      await expect(header).toHaveAttribute("aria-sort", "descending");
      await table.expectNumbers(descending);
      await header.getByRole("button").click();
      await expect(header).toHaveAttribute("aria-sort", "none");
      await table.expectNumbers([1, 2, 3, 4, 5, 6, 7, 8]);
      await session.expectParameter("msort", null);
    });
  }
});

test("every column can be sorted from the keyboard", async ({ session, page }) => {
  const headers = session.messages.root.getByRole("columnheader");
  await expect(headers).toHaveCount(10);
  for (const header of await headers.all()) await expect(header.getByRole("button")).toHaveCount(1);
  await session.messages.header("Length").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await session.messages.expectNumbers([3, 4, 8, 6, 5, 7, 2, 1]);
});

test("the events of the protocol are sorted, and a click on Time reverses the order", async ({ session }) => {
  const { messages: table } = session;
  const events = async (): Promise<string[]> => (await table.column("event")).filter((event) => event !== "");
  await expect(table.cell(6, "event")).toHaveText("ack of order:sum");
  await table.header("Event").getByRole("button").click();
  await expect
    .poll(async () => (await events()).slice(0, 4))
    .toEqual(["ack of order:add", "ack of order:sum", "open", "order:add"]);
  await table.header("Time").getByRole("button").click();
  await session.expectParameter("msort", null);
  await table.header("Time").getByRole("button").click();
  await session.expectParameter("msort", "-time");
  await table.expectNumbers([8, 7, 6, 5, 4, 3, 2, 1]);
});

test("open and close stay first and last, and the time since the previous message stays the same", async ({
  session,
}) => {
  const { messages: table } = session;
  const before = await table.cell(6, "delta").textContent();
  await table.header("Length").getByRole("button").click();
  await table.expectNumbers([3, 4, 8, 6, 5, 7, 2, 1]);
  await expect(table.first).toHaveAttribute("data-kind", "open");
  await expect(table.last).toHaveAttribute("data-kind", "close");
  await expect(table.cell(6, "delta")).toHaveText(before ?? "");
});

test("the order is part of the link and holds for what the filter shows", async ({ session, page }) => {
  const { messages: table } = session;
  await table.header("Length").getByRole("button").click();
  await table.header("Length").getByRole("button").click();
  await session.expectParameter("msort", "-length");
  await page.reload();
  await table.expectNumbers([1, 2, 5, 7, 6, 8, 3, 4]);
  await table.direction("Sent").click();
  await table.expectNumbers([2, 5, 4]);
  await table.row(5).click();
  await page.keyboard.press("ArrowDown");
  await session.expectParameter("msg", "4");
});
