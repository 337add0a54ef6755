// The demo session that comes with the app: a market's page whose sockets each have a fate, and some
// a protocol, of their own.
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { Replay } from "../support/pages/replay.ts";

test("it has as many requests, sockets, messages and errors as its manifest counts", async ({ session, page }) => {
  await session.open(demo.src);
  const { requests, sockets, messages, errors } = demo.counts;
  await session.requests.expectRowCount(requests + sockets);
  await expect(session.requests.summary).toContainText(`${requests + sockets} requests`);
  await expect(session.requests.summary).toContainText(`${messages.toLocaleString("en")} messages`);
  await expect(page.getByText(`${errors} errors`)).toBeVisible();
  await session.requests.type("WS").click();
  await session.requests.expectRowCount(sockets);
  await session.expectNoAlert();
  await expect(session.notes).toHaveText("");
});

const auction = "/auction/?EIO=4&transport=websocket";

const sockets: [what: string, path: string, nth: number, state: string, first: RegExp, last: RegExp][] = [
  [
    "the chat is closed by the page, cleanly",
    "/ws/chat",
    0,
    "closed",
    /chat\.v2/,
    /1000 normal closure.*left the room/,
  ],
  ["the courier is dropped without a close frame", "/ws/courier", 0, "closed", /Open/, /1006 abnormal closure/],
  ["the notifications are open to the end", "/ws/notifications", 0, "open", /Open/, /Still open/],
  ["the scale speaks in binary, and is open to the end", "/ws/scale", 0, "open", /scale\.v1/, /Still open/],
  [
    "the orders are closed by the server with a code of its own",
    "/ws/orders",
    0,
    "closed",
    /Open/,
    /4001.*session expired/,
  ],
  ["the orders are opened again", "/ws/orders", 1, "open", /Open/, /Still open/],
  ["the staff's socket is refused", "/ws/admin", 0, "error", /failed|refused/i, /Never opened|1006/],
  ["the ticker ticks to the end", "/ws/ticker", 0, "open", /Open/, /Still open/],
  ["the auction is lost once", auction, 0, "closed", /Open/, /1006 abnormal closure/],
  ["the auction is opened again", auction, 1, "open", /Open/, /Still open/],
  ["the account speaks GraphQL to the end", "/graphql", 0, "open", /graphql-transport-ws/, /Still open/],
  ["the cold store speaks MQTT to the end", "/mqtt", 0, "open", /mqtt/, /Still open/],
  ["the stock speaks MessagePack to the end", "/ws/stock", 0, "open", /Open/, /Still open/],
];

for (const [what, path, nth, state, first, last] of sockets) {
  test(what, async ({ session }) => {
    const row = demo.row(path, nth);
    const total = demo.messages(path, nth);
    await session.open(demo.src, { row: String(row) });
    await expect(session.requests.row(row)).toHaveAttribute("data-state", state);
    await session.messages.expectRowCount(total + 2);
    await expect(session.messages.summary).toContainText(new RegExp(`^${total.toLocaleString("en")} messages?\\b`));
    await expect(session.messages.at(1)).toContainText(first);
    await session.messages.focus();
    await session.page.keyboard.press("End");
    await expect(session.messages.detail).toContainText(last);
    await session.expectNoAlert();
  });
}

const protocols: [path: string, protocol: RegExp, events: string[]][] = [
  [auction, /^Socket\.IO 4 over Engine\.IO 4/, ["lot", "bid", "ack of bid", "ping"]],
  ["/graphql", /^GraphQL/, ["subscribe Buyer", "next OrderUpdates", "error Discounts", "ping"]],
  ["/mqtt", /^MQTT 3\.1\.1/, ["CONNECT", "SUBSCRIBE", "PINGREQ", "PUBLISH market/gates/east"]],
];

for (const [path, protocol, events] of protocols) {
  test(`what ${path} speaks is decoded`, async ({ session, page }) => {
    await session.open(demo.src, { row: String(demo.row(path)) });
    await expect(page.getByRole("status", { name: "Protocol" })).toHaveText(protocol);
    for (const event of events) {
      await session.messages.filter.fill(`event:"${event}"`);
      await expect(session.messages.rows.nth(1).locator('[data-col="event"]')).toContainText(event);
    }
  });
}

test("a bid has its round trip, and a refused one its reason", async ({ session }) => {
  await session.open(demo.src, { row: String(demo.row(auction)), mq: "BID_TOO_LOW" });
  await session.messages.rows.nth(1).click();
  await session.messages.detail.getByRole("button", { name: "Show request" }).click();
  await expect(session.messages.detail).toContainText("15");
});

test("a message of the stock is a tree with a date", async ({ session, page }) => {
  await page.setViewportSize({ width: 1280, height: 1200 });
  await session.open(demo.src, { row: String(demo.row("/ws/stock")), msg: "3" });
  await expect(session.messages.tree.getByRole("treeitem", { name: 'event: "stock.changed"' })).toBeVisible();
  await expect(session.messages.tree.getByRole("treeitem", { name: /^at: 20\d\d-/ })).toBeVisible();
});

test("of the two thousand messages of the ticker a word finds its few", async ({ session }) => {
  await session.open(demo.src, { row: String(demo.row("/ws/ticker")) });
  await session.messages.filter.fill("subscribe -result");
  await expect(session.messages.summary).toContainText(
    new RegExp(`^\\d of ${demo.messages("/ws/ticker").toLocaleString("en")} messages`),
  );
  await expect(session.messages.rows.nth(1)).toContainText('"method":"subscribe"');
});

test("a reading of the scale is bytes", async ({ session }) => {
  await session.open(demo.src, { row: String(demo.row("/ws/scale")), mq: "-device -set" });
  await session.messages.rows.nth(1).click();
  await expect(session.messages.views.getByRole("tab").filter({ hasText: "Hex" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
});

test("requests that went wrong say how", async ({ session }) => {
  await session.open(demo.src);
  for (const status of ["404", "500", "(canceled)", "(pending)"]) {
    await session.requests.filter.fill(status);
    await expect(session.requests.rows.locator('[data-col="status"]').filter({ hasText: status })).not.toHaveCount(0);
  }
});

for (const t of ["3000", "25000", undefined]) {
  test(`the replayed page has its images and its font${t === undefined ? "" : ` at ${t} ms`}`, async ({
    session,
    page,
  }) => {
    const { recorded } = new Replay(page);
    await session.open(demo.src, t === undefined ? {} : { t });
    await expect(recorded.getByText("Lantern Street Market").first()).toBeVisible();
    const sources = (): Promise<string[]> =>
      recorded
        .locator("img")
        .evaluateAll((images) =>
          (images as HTMLImageElement[])
            .filter(({ complete, naturalWidth, src }) => src !== "" && !(complete && naturalWidth > 0))
            .map(({ src }) => src),
        );
    await expect.poll(sources).toEqual([]);
    const fonts = (): Promise<string[]> =>
      recorded.locator("body").evaluate((body) => [...body.ownerDocument.fonts].map(({ status }) => status));
    await expect.poll(fonts).toEqual(["loaded"]);
    await session.expectNoAlert();
  });
}
