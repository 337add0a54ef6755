// What the rows of the Network table say, one state after the other.
import { expect, test } from "../support/app.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json");
});

test("a request that went well", async ({ session }) => {
  const { requests } = session;
  await expect(requests.row(2)).toHaveAttribute("data-kind", "http");
  await expect(requests.row(2)).toHaveAttribute("data-state", "ok");
  await requests.expectCells(2, {
    status: "200",
    method: "GET",
    name: /checkout.*shop\.example\.test/,
    type: "document",
    start: "0:00.000",
    latency: "250 ms",
    size: "2.1 kB",
  });
  await expect(requests.cell(2, "name")).toHaveAttribute("title", "https://shop.example.test/checkout");
});

test("the name is the last segment of the path, with its query", async ({ session }) => {
  await session.requests.expectCells(3, { name: /^cart\?currency=EUR/, method: "POST", status: "201" });
});

test("a status of 304 is fine, one of 404 is an error", async ({ session }) => {
  await expect(session.requests.row(4)).toHaveAttribute("data-state", "ok");
  await expect(session.requests.row(5)).toHaveAttribute("data-state", "error");
  await session.requests.expectCells(5, { status: "404", type: "stylesheet" });
});

test("a request that failed, or was canceled or blocked, is an error and says which", async ({ session }) => {
  for (const [row, status] of [
    [7, "(failed)"],
    [8, "(canceled)"],
    [9, "(blocked)"],
  ] as const) {
    await expect(session.requests.row(row)).toHaveAttribute("data-state", "error");
    await session.requests.expectCells(row, { status });
  }
});

test("a request without an end is pending; its latency is not known", async ({ session }) => {
  await expect(session.requests.row(10)).toHaveAttribute("data-state", "pending");
  await session.requests.expectCells(10, { status: "(pending)", latency: "—" });
});

test("a closed socket: its latency is the time from its start to its close", async ({ session }) => {
  const { requests } = session;
  await expect(requests.row(6)).toHaveAttribute("data-kind", "socket");
  await expect(requests.row(6)).toHaveAttribute("data-state", "closed");
  await requests.expectCells(6, {
    status: "101",
    method: "GET",
    name: /\/orders.*15 messages/,
    type: "websocket",
    start: "0:01.000",
    latency: "6.25 s",
  });
});

test("the title of a socket's latency splits it into handshake and time open", async ({ session }) => {
  await expect(session.requests.cell(6, "latency")).toHaveAttribute("title", /40 ms.*6\.21 s/s);
});

test("a status that was not recorded but is proved says that it is inferred", async ({ session }) => {
  await expect(session.requests.cell(6, "status")).toHaveAttribute("title", /inferred/);
});

test("a socket that is still open: the time up to the session's end", async ({ session }) => {
  await expect(session.requests.row(11)).toHaveAttribute("data-state", "open");
  await session.requests.expectCells(11, { status: "101", latency: "open 8.50 s" });
});

test("a refused handshake is an error with the status it was refused with, and without a latency", async ({
  session,
}) => {
  await expect(session.requests.row(13)).toHaveAttribute("data-kind", "socket");
  await expect(session.requests.row(13)).toHaveAttribute("data-state", "error");
  await session.requests.expectCells(13, { status: "403", name: /refused/, latency: "—" });
});

test("a close without an open is listed at its time, and says so", async ({ session }) => {
  await expect(session.requests.row(14)).toHaveAttribute("data-kind", "socket");
  await expect(session.requests.row(14)).toHaveAttribute("data-state", "orphan");
  await session.requests.expectCells(14, { name: /\/old.*open not recorded/, start: "0:04.000", latency: "—" });
});

test("messages without an open are listed, and say so", async ({ session }) => {
  await expect(session.requests.row(19)).toHaveAttribute("data-state", "orphan");
  await session.requests.expectCells(19, {
    name: /2 messages.*open not recorded/,
    status: "101",
    start: "—",
    latency: "—",
  });
});

test("a socket is closed whatever its code", async ({ session }) => {
  for (const row of [6, 15, 17]) await expect(session.requests.row(row)).toHaveAttribute("data-state", "closed");
});

test("every state of a row is one of those that are promised", async ({ session }) => {
  const states = new Set(await session.requests.attributes("data-state"));
  expect([...states].sort()).toEqual(["closed", "error", "ok", "open", "orphan", "pending"]);
});
