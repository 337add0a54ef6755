// The order of the Network table.
import { expect, test } from "../support/app.ts";
import { columns } from "../support/pages/requests.ts";

test("rows are sorted by start; equal starts keep file order; a row without a date comes last", async ({ session }) => {
  await session.open("fixtures/har/order.har");
  await session.requests.expectOrder([2, 5, 1, 4, 3]);
  await session.requests.expectCells(2, { start: "0:00.000" });
  await session.requests.expectCells(5, { start: "0:00.123" });
  await session.requests.expectCells(3, { name: /undated/, start: "—" });
});

test("requests and sockets of a native session are sorted together", async ({ session }) => {
  await session.open("fixtures/native/session.json");
  await session.requests.expectOrder([2, 1, 4, 5, 3, 6, 11, 7, 8, 9, 10, 13, 14, 15, 17, 19]);
});

test("a row starts where its record says, to the millisecond, and its title has the wall clock", async ({
  session,
}) => {
  await session.open("fixtures/native/session.json");
  await session.requests.expectCells(6, { start: "0:01.000" });
  await expect(session.requests.cell(6, "start")).toHaveAttribute("title", /2025-10-09 08:53:21\.000/);
});

test("the table says that it is in order of start", async ({ session }) => {
  await session.open("fixtures/har/order.har");
  await expect(session.requests.header("Start")).toHaveAttribute("aria-sort", "ascending");
  await expect(session.requests.header("Latency")).toHaveAttribute("aria-sort", "none");
});

// Rows with no value in the column are last in both directions.
const orders = {
  Status: { ascending: [2, 1, 5, 4, 3], descending: [3, 4, 2, 1, 5] },
  Method: { ascending: [3, 5, 2, 1, 4], descending: [4, 2, 1, 5, 3] },
  Name: { ascending: [4, 2, 1, 3, 5], descending: [5, 3, 1, 2, 4] },
  Type: { ascending: [5, 4, 2, 1, 3], descending: [1, 3, 2, 4, 5] },
  Latency: { ascending: [2, 5, 4, 1, 3], descending: [3, 1, 4, 5, 2] },
  Size: { ascending: [4, 3, 2, 1, 5], descending: [1, 2, 3, 4, 5] },
};

const entry = (
  method: string,
  name: string,
  type: string,
  start: number,
  time: number,
  status: number,
  size: number,
): unknown => ({
  startedDateTime: new Date(1_760_000_000_000 + start).toISOString(),
  time,
  _resourceType: type,
  request: { method, url: `https://shop.example.test/${name}` },
  response: { status, _transferSize: size },
});

test("clicks on a column's name sort ascending, then descending, then by start again", async ({ session }) => {
  await session.openEntries([
    entry("POST", "cart", "script", 10, 40, 200, 9000),
    entry("POST", "basket", "image", 0, 10, 200, 800),
    entry("DELETE", "Desk", "script", 30, 50, 503, 70),
    entry("PUT", "Atlas", "font", 40, 30, 404, 6),
    entry("GET", "easel", "document", 20, 20, 200, -1),
  ]);
  const { requests } = session;
  for (const [header, { ascending, descending }] of Object.entries(orders)) {
    await test.step(header, async () => {
      await requests.sortBy(header);
      await expect(requests.header(header)).toHaveAttribute("aria-sort", "ascending");
      await expect(requests.header("Start")).toHaveAttribute("aria-sort", "none");
      await requests.expectOrder(ascending);
      await requests.sortBy(header);
      await expect(requests.header(header)).toHaveAttribute("aria-sort", "descending");
      await requests.expectOrder(descending);
      await requests.sortBy(header);
      await expect(requests.header(header)).toHaveAttribute("aria-sort", "none");
      await expect(requests.header("Start")).toHaveAttribute("aria-sort", "ascending");
      await requests.expectOrder([2, 1, 5, 3, 4]);
      await session.expectParameter("sort", null);
    });
  }
});

test("clicks on Start reverse the order and restore it", async ({ session }) => {
  await session.open("fixtures/har/order.har");
  await session.requests.sortBy("Start");
  await expect(session.requests.header("Start")).toHaveAttribute("aria-sort", "descending");
  await session.requests.expectOrder([1, 4, 5, 2, 3]);
  await session.requests.sortBy("Start");
  await expect(session.requests.header("Start")).toHaveAttribute("aria-sort", "ascending");
  await session.requests.expectOrder([2, 5, 1, 4, 3]);
});

test("every column has a header with a button, and every row a cell for it", async ({ session }) => {
  await session.open("fixtures/native/session.json");
  const headers = session.requests.root.getByRole("columnheader");
  await expect(headers).toHaveText([/Status/, /Method/, /Name/, /Type/, /Start/, /Latency/, /Size/, /Waterfall/]);
  for (const header of await headers.all()) await expect(header.getByRole("button")).toHaveCount(1);
  const cells = session.requests.row(6).getByRole("gridcell");
  expect(await cells.evaluateAll((found) => found.map((cell) => cell.getAttribute("data-col")))).toEqual(columns);
});
