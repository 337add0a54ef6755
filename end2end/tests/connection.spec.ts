// The Connection tab of a socket.
import type { Locator } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import type { SessionPage } from "../support/pages/session.ts";

const start = Date.parse("2026-11-21T14:02:00.000Z");

interface Opened {
  at: number;
  messages?: object[];
  close?: object;
  offered?: string;
  agreed?: string;
  url?: string;
}

/** A socket that was opened so many seconds after the start. */
function socket({ at, messages = [], close, offered, agreed, url = "wss://live.test/feed?token=a" }: Opened): object {
  const header = (name: string, value: string | undefined): object[] => (value === undefined ? [] : [{ name, value }]);
  return {
    startedDateTime: new Date(start + at * 1000).toISOString(),
    time: 30,
    _resourceType: "websocket",
    _webSocketMessages: messages,
    ...(close === undefined ? {} : { _webSocketClose: close }),
    request: {
      method: "GET",
      url,
      headers: [{ name: "Sec-WebSocket-Key", value: "x" }, ...header("Sec-WebSocket-Protocol", offered)],
    },
    response: {
      status: 101,
      headers: [
        { name: "Sec-WebSocket-Accept", value: "y" },
        { name: "Sec-WebSocket-Extensions", value: "permessage-deflate" },
        ...header("Sec-WebSocket-Protocol", agreed),
      ],
      content: {},
    },
    timings: { send: 0, wait: 30, receive: 0 },
  };
}

const message = (type: "send" | "receive", at: number, data: string, opcode = 1): object => ({
  type,
  time: (start + at * 1000) / 1000,
  opcode,
  data,
});
const close = (at: number, code: number, reason = ""): object => ({ code, reason, timestamp: start / 1000 + at });

async function connection(session: SessionPage): Promise<Locator> {
  await session.showTab("Connection");
  const region = session.details.getByRole("region", { name: "Connection" });
  await expect(region).toBeVisible();
  return region;
}

/** The value of a fact. */
const fact = (region: Locator, name: string): Locator =>
  region
    .getByRole("term")
    .filter({ hasText: new RegExp(`^${name}$`) })
    .locator("xpath=following-sibling::dd");

const chain = [
  socket({
    at: 0,
    messages: [message("send", 1, "hello"), message("receive", 1.5, "welcome"), message("receive", 9.5, "late")],
    close: close(10, 4401, "token expired"),
    offered: "graphql-transport-ws, header-eyJob3N0IjoiYS50ZXN0In0",
    agreed: "graphql-transport-ws",
  }),
  socket({ at: 12.5, close: close(20, 1006), agreed: "graphql-transport-ws", url: "wss://live.test/feed?token=b" }),
  socket({ at: 25, messages: [message("receive", 26, "again")], agreed: "graphql-transport-ws" }),
  socket({ at: 30, url: "wss://live.test/other" }),
];

test("the connection shows handshake, traffic and close", async ({ session }) => {
  await session.openEntries(chain, { row: "1" });
  await expect(session.detailTabs.getByRole("tab")).toHaveText([/^Messages/, "Connection", "Headers"]);
  const region = await connection(session);
  await session.expectParameter("detail", "connection");
  await expect(fact(region, "Close code")).toContainText("4401 application code");
  await expect(fact(region, "Meaning in the protocol")).toContainText("Unauthorized");
  await expect(fact(region, "Closed by")).toContainText("Not recorded");
  await expect(fact(region, "Reason")).toHaveText("token expired");
  await expect(fact(region, "Sent")).toHaveText("1 message, 5 B");
  await expect(fact(region, "Received")).toHaveText("2 messages, 11 B");
  await expect(fact(region, "Agreed subprotocol")).toHaveText("graphql-transport-ws");
  await expect(fact(region, "Agreed extensions")).toHaveText("permessage-deflate");
  await expect(fact(region, "Offered extensions")).toHaveText("None");
  await expect(region.getByRole("region", { name: "Request headers" })).toContainText("Sec-WebSocket-Key");
  await expect(region.getByRole("region", { name: "Response headers" })).toContainText("Sec-WebSocket-Accept");
});

test("the message rate is a chart whose description has peak and average", async ({ session }) => {
  await session.openEntries(chain, { row: "1", detail: "connection" });
  const chart = session.details.getByRole("img", { name: "Message rate" });
  await expect(chart).toBeVisible();
  await expect(chart).toHaveAccessibleDescription(
    "Peak 2 messages a second at 0:01.000, average 0.3 messages a second",
  );
});

test("the message before the longest silence is a link away", async ({ session, page }) => {
  await session.openEntries(chain, { row: "1", detail: "connection" });
  const silence = fact(session.details.getByRole("region", { name: "Connection" }), "Longest silence");
  await expect(silence).toHaveText("8.00 s after message 2");
  await silence.getByRole("link", { name: "message 2" }).click();
  await expect(session.messages.selected).toHaveAttribute("data-msg", "2");
  await session.expectParameter("msg", "2");
  await session.expectParameter("detail", null);
  await expect(page).toHaveURL(/row=1/);
});

test("credentials in subprotocols are hidden until they are asked for", async ({ session }) => {
  await session.openEntries(chain, { row: "1" });
  const region = await connection(session);
  const offered = fact(region, "Offered subprotocols");
  await expect(offered).toHaveText("graphql-transport-ws, header-[REDACTED]");
  await expect(region).not.toContainText("eyJob3N0");
  await region.getByRole("checkbox", { name: "Show credentials" }).check();
  await expect(offered).toHaveText("graphql-transport-ws, header-eyJob3N0IjoiYS50ZXN0In0");
});

test("reconnections are listed with their downtime and link to the other sockets", async ({ session }) => {
  await session.openEntries(chain, { row: "1" });
  const region = await connection(session);
  const items = region.getByRole("list", { name: "Reconnections" }).getByRole("listitem");
  await expect(items).toHaveText([/Row 1, this socket/, /2\.50 s without a connection.*Row 2/, /5\.00 s.*Row 3/]);
  await items.nth(1).getByRole("link", { name: "Row 2" }).click();
  await session.expectParameter("row", "2");
  await session.expectParameter("detail", "connection");
  await expect(items.nth(1)).toHaveAttribute("aria-current", "true");
  await expect(fact(region, "Close code")).toContainText("Never sent: no close frame arrived");
});

test("a reconnection says whether its protocol resumed the session", async ({ session }) => {
  const url = "wss://live.test/socket.io/?EIO=4&transport=websocket";
  const connect = (at: number, asked: string, given: string): object =>
    socket({
      at,
      url,
      messages: [
        message("receive", at + 0.1, '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'),
        message("send", at + 0.2, `40${asked}`),
        message("receive", at + 0.3, `40${given}`),
      ],
      close: close(at + 5, 1006),
    });
  const entries = [
    connect(0, "", '{"sid":"b","pid":"p1"}'),
    connect(8, '{"pid":"p1","offset":"o"}', '{"sid":"c","pid":"p1"}'),
    connect(16, '{"pid":"p1","offset":"o"}', '{"sid":"d","pid":"p2"}'),
    connect(24, "", '{"sid":"e"}'),
  ];
  await session.openEntries(entries, { row: "1" });
  const items = (await connection(session)).getByRole("list", { name: "Reconnections" }).getByRole("listitem");
  await expect(items).toHaveText([/new session$/, / resumed$/, /new session$/, /abnormal closure$/]);
});

test("rows of a chain carry its mark, and other sockets do not", async ({ session }) => {
  await session.openEntries(chain);
  for (const [row, name] of [
    [1, "Connection 1 of 3"],
    [2, "Reconnection 2 of 3"],
    [3, "Reconnection 3 of 3"],
  ] as const) {
    await expect(session.requests.row(row).getByRole("img", { name })).toHaveAttribute("title", name);
  }
  await expect(session.requests.row(4).getByRole("img", { name: /of 3/ })).toHaveCount(0);
});

test("close frames show who closed", async ({ session }) => {
  await session.open("fixtures/har/mitmproxy.har", { row: "1" });
  const region = await connection(session);
  await expect(fact(region, "Closed by")).toHaveText(/^The (page|server), which sent the first close frame$/);
});

test("what a recording does not hold is said", async ({ session }) => {
  await session.open("fixtures/har/firefox.har", { row: "1" });
  const region = await connection(session);
  await expect(fact(region, "Messages")).toContainText("Messages are not exported by Firefox");
  await expect(fact(region, "Connect time")).toContainText("Not recorded");
  await expect(region.getByRole("img", { name: "Message rate" })).toHaveCount(0);
  await expect(region).toContainText("None: no other socket to this endpoint");
});

test("messages in a file are fetched when the tab opens", async ({ session }) => {
  await session.open("fixtures/native/session.json", { row: "6", detail: "connection" });
  const region = session.details.getByRole("region", { name: "Connection" });
  await expect(region.getByRole("img", { name: "Message rate" })).toBeVisible();
  await expect(fact(region, "Sent")).toContainText(/message/);
  await session.expectNoAlert();
});
