// Sockets as different tools write them into a HAR.
import { expect, test } from "../support/app.ts";

test("Chrome: times in seconds; the end of the entry is the close where it lasted beyond the last message", async ({
  session,
}) => {
  await session.open("fixtures/har/chrome.har", { row: "1" });
  await expect(session.requests.row(1)).toHaveAttribute("data-state", "closed");
  await session.requests.expectCells(1, { latency: "5.00 s" });
  const { messages } = session;
  await messages.expectNumbers([1, 2, 3]);
  await expect(messages.cell(2, "time")).toHaveText("0:01.250");
  await expect(messages.row(1)).toHaveAttribute("data-kind", "sent");
  await expect(messages.last).toContainText("close code not recorded");
});

test("Chrome: a socket that did not outlast its last message has no recorded close", async ({ session }) => {
  await session.open("fixtures/har/chrome.har", { row: "2" });
  await expect(session.requests.row(2)).toHaveAttribute("data-state", "open");
  expect((await session.requests.bar(2)).end).toBeUndefined();
  await session.requests.expectCells(2, { latency: /^open/ });
  await expect(session.messages.last).toContainText("Close not recorded by Chrome's HAR");
});

test("Firefox: messages are not in its HAR, and it says so", async ({ session }) => {
  await session.open("fixtures/har/firefox.har", { row: "1" });
  await expect(session.requests.row(1)).toHaveAttribute("data-kind", "socket");
  await expect(session.messages.root).toContainText("Messages are not exported by Firefox");
  await expect(session.messages.summary).toContainText("0 messages");
  await session.expectNoAlert();
});

test("HTTP Toolkit: the close with code, reason and time", async ({ session }) => {
  await session.open("fixtures/har/http-toolkit.har", { row: "1" });
  await session.requests.expectCells(1, { latency: "2.50 s" });
  await expect(session.messages.last).toContainText("4001");
  await expect(session.messages.last).toContainText("session expired");
});

test("HTTP Toolkit: a connection that was aborted", async ({ session }) => {
  await session.open("fixtures/har/http-toolkit.har", { row: "2" });
  await expect(session.messages.last).toContainText(/aborted/i);
  await expect(session.requests.row(2)).toHaveAttribute("data-state", "closed");
});

test("close frames of mitmproxy are messages and set code, reason and time of the close", async ({ session }) => {
  await session.open("fixtures/har/mitmproxy.har", { row: "1" });
  await expect(session.requests.row(1)).toHaveAttribute("data-kind", "socket");
  await session.requests.expectCells(1, { latency: "2.50 s" });
  const { messages } = session;
  await messages.expectNumbers([1, 2, 3]);
  await expect(messages.row(2)).toHaveAttribute("data-kind", "close");
  await expect(messages.last).toContainText("Closed 1000 normal closure");
  await expect(messages.last).toContainText("closing time");
});

test("mitmproxy: a handshake that was refused is a socket all the same", async ({ session }) => {
  await session.open("fixtures/har/mitmproxy.har");
  await expect(session.requests.row(2)).toHaveAttribute("data-kind", "socket");
  await expect(session.requests.row(2)).toHaveAttribute("data-state", "error");
  await session.requests.expectCells(2, { status: "403", latency: "—" });
});

test("messages in a sidecar file of Playwright are fetched when they are opened", async ({ session, server }) => {
  await session.open(server.tagged("fixtures/har/playwright/attached.har"));
  const file = "/fixtures/har/playwright/messages.jsonl";
  expect(await server.count(file)).toBe(0);
  await session.selectRow(1);
  await session.messages.expectNumbers([1, 2]);
  await expect(session.messages.cell(1, "data")).toHaveText("from a file next to the HAR");
  await expect(session.messages.cell(1, "time")).toHaveText("0:00.500");
  expect(await server.count(file)).toBe(1);
});

test("a socket over HTTP/2 is one too: method CONNECT, status 200", async ({ session }) => {
  await session.openEntries([
    {
      startedDateTime: "2025-10-09T08:53:20.000Z",
      time: 30,
      _resourceType: "websocket",
      request: { method: "CONNECT", url: "https://shop.example.test/orders" },
      response: { status: 200 },
      _webSocketMessages: [{ type: "receive", time: 1_760_000_001, opcode: 1, data: "hello" }],
    },
  ]);
  await expect(session.requests.row(1)).toHaveAttribute("data-kind", "socket");
  await session.requests.expectCells(1, { status: "200", method: "CONNECT", type: "websocket" });
  await session.selectRow(1);
  await session.messages.expectNumbers([1]);
});
