// The search over the messages of all sockets.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { fixture } from "../support/pages/home.ts";
import { MessageSearch } from "../support/pages/message-search.ts";
import { socketEntry } from "../support/socket-entry.ts";
import { zip } from "../support/zip.ts";

const manifest = "fixtures/native/session.json";
const orders = "/fixtures/native/sockets/orders.jsonl";
const socketIo = "wss://chat.test/socket.io/?EIO=4&transport=websocket";

const chat = [
  socketEntry("wss://shop.test/prices", [
    ["receive", '{"lot":"lantern","price":104.5}'],
    ["send", "ping"],
    ["receive", '{"lot":"caf\\u00e9","price":3}'],
  ]),
  socketEntry(socketIo, [
    ["receive", '0{"sid":"a"}'],
    ["receive", "40"],
    ["receive", '42["order:new",{"lot":"lantern"}]'],
    ["send", '42["chat:new","a lantern, please"]'],
  ]),
  socketEntry("wss://shop.test/quiet", [["send", "hello"]]),
];

test.describe("sockets of a HAR", () => {
  test("every socket is searched, and rows have the number of matches", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await expect(session.requests.row(1)).not.toHaveAttribute("data-hits");
    await search.run("lantern");
    await search.expectSummary("3 messages in 2 of 3 sockets");
    await expect(search.sockets).toHaveCount(2);
    await expect(search.socket(1)).toContainText("1 message");
    await expect(search.hits).toHaveCount(3);
    await expect(search.hits.first()).toContainText('{"lot":"lantern","price":104.5}');
    await expect(search.hits.first().locator("mark")).toHaveText("lantern");
    await expect(search.hits.first().getByRole("img", { name: "Received" })).toBeVisible();
    await expect(session.requests.row(1)).toHaveAttribute("data-hits", "1");
    await expect(session.requests.row(2)).toHaveAttribute("data-hits", "2");
    await expect(session.requests.row(3)).toHaveAttribute("data-hits", "0");
    await session.expectParameter("sq", "lantern");
  });

  test("events and other keys of the filter language are understood", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await search.run("event:chat*");
    await search.expectSummary("1 message in 1 of 3 sockets");
    await expect(search.hits).toContainText("chat:new");
    await search.box.fill("path:$.price>100");
    await search.expectSummary("1 message in 1 of 3 sockets");
    await expect(search.hits).toContainText("104.5");
    await search.box.fill("dir:sent");
    await search.expectSummary("3 messages in 3 of 3 sockets");
    await search.box.fill("café");
    await search.expectSummary("1 message in 1 of 3 sockets");
    await expect(search.hits.locator("mark")).toHaveText("café");
  });

  test("a result opens the socket at that message with the query as its filter", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await search.run("lantern dir:sent");
    await search.hits.click();
    await expect(session.messages.filter).toHaveValue("lantern dir:sent");
    await session.messages.expectNumbers([4]);
    await expect(session.messages.detail).toContainText("a lantern, please");
    await session.expectParameter("row", "2");
    await session.expectParameter("msg", "4");
    await session.expectParameter("mq", "lantern dir:sent");
    await expect(search.hits, "the results stay, and the open one is marked").toHaveAttribute("aria-current", "true");
  });

  test("the search is used by keyboard", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await session.requests.filter.focus();
    await page.keyboard.press("Control+Shift+F");
    await expect(search.box).toBeFocused();
    await page.keyboard.type("lantern");
    await page.keyboard.press("Enter");
    await search.expectSummary("3 messages in 2 of 3 sockets");
    await search.sockets.first().getByRole("button").first().focus();
    await page.keyboard.press("ArrowDown");
    await expect(search.hits.first()).toBeFocused();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await session.expectParameter("msg", "4");
    await page.keyboard.press("Home");
    await page.keyboard.press("Escape");
    await expect(search.region).toHaveCount(0);
    await expect(search.button).toBeFocused();
    await expect(session.requests.row(1)).not.toHaveAttribute("data-hits");
    await session.expectParameter("sq", null);
    await page.keyboard.press("Enter");
    await expect(search.box, "the last query is offered again").toHaveValue("lantern");
  });

  test("a link searches when the session is loaded", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat, { sq: "lantern" });
    await search.expectSummary("3 messages in 2 of 3 sockets");
    await expect(search.box).toHaveValue("lantern");
    await expect(search.button).toHaveAttribute("aria-expanded", "true");
  });

  test("an invalid query is explained, and the last valid one stays in force", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await search.run("lantern");
    await search.box.fill("lantern length:>x");
    await expect(page.getByRole("alert", { name: "Filter error" })).toContainText("x");
    await search.expectSummary("3 messages in 2 of 3 sockets");
  });

  test("keys are completed", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await search.button.click();
    await search.box.pressSequentially("is:heart");
    await expect(page.getByRole("listbox", { name: "Filter suggestions" })).toContainText("heartbeat");
    await page.keyboard.press("Escape");
    await expect(search.region, "Esc closes the suggestions first").toBeVisible();
    await page.keyboard.press("Escape");
    await expect(search.region).toHaveCount(0);
  });

  test("nothing found is said", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries(chat);
    await search.run("nowhere");
    await search.expectSummary("0 messages in 0 of 3 sockets");
    await expect(search.region).toContainText("No message matches");
  });

  test("a recording without sockets says so", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.open("fixtures/har/order.har");
    await search.run("paid");
    await search.expectSummary("0 messages in 0 of 0 sockets");
    await expect(search.region).toContainText("No socket messages were recorded");
  });

  test("of many matches the first are quoted, and the others are shown in the socket", async ({ session, page }) => {
    const search = new MessageSearch(page);
    const ticks = Array.from({ length: 40 }, (_, nth) => ["receive", `tick ${nth}`] as const);
    await session.openEntries([socketEntry("wss://a.test/ticks", ticks)]);
    await search.run("tick");
    await search.expectSummary("40 messages in 1 of 1 socket");
    await expect(search.hits).toHaveCount(5);
    await search.region.getByRole("button", { name: "Show 35 more" }).click();
    await expect(session.messages.summary).toContainText("40 of 40 messages");
    await session.expectParameter("msg", null);
  });

  test("credentials are hidden until all are shown", async ({ session, page }) => {
    const search = new MessageSearch(page);
    const login = '{"type":"login","user":"ann","password":"hunter2"}';
    await session.openEntries([socketEntry("wss://a.test/", [["send", login]])]);
    await search.run("ann");
    await expect(search.hits).toContainText('"password":"••••"');
    await page.getByRole("button", { name: "Show all credentials" }).click();
    await expect(search.hits).toContainText(login);
  });

  test("text of a message is never markup", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.openEntries([socketEntry("wss://a.test/", [["receive", "<img src=x onerror=alert(1)> lantern"]])]);
    await search.run("lantern");
    await expect(search.hits).toContainText("<img src=x onerror=alert(1)> lantern");
    await expect(search.region.locator("img")).toHaveCount(0);
  });
});

test.describe("sockets with messages files", () => {
  test("the files are fetched for the search, and once for several queries", async ({ session, page, server }) => {
    const search = new MessageSearch(page);
    await session.open(server.tagged(manifest));
    expect(await server.count(orders)).toBe(0);
    await search.run("tick");
    await expect(search.summary).toHaveText(/^3 messages in 1 of 7 sockets$/);
    await search.box.fill("subscribe");
    await expect(search.hits.first().locator("mark")).toHaveText("subscribe");
    expect(await server.count(orders)).toBe(1);
  });

  test("messages that are open already are not fetched again", async ({ session, page, server }) => {
    const search = new MessageSearch(page);
    await session.open(server.tagged(manifest), { row: "6" });
    await session.messages.expectRowCount(17);
    await search.run("tick");
    await search.expectSummary("3 messages in 1 of 7 sockets");
    expect(await server.count(orders)).toBe(1);
  });

  test("a socket that cannot be read says so", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.open(`when/orders/fault/status/404/${manifest}`);
    await search.run("price");
    await expect(search.summary).toHaveText(/of 7 sockets$/);
    await expect(search.socket(6)).toContainText("Not searched");
    await expect(search.socket(6)).toContainText("404 Not Found");
    await expect(search.socket(6)).toContainText("sockets/orders.jsonl");
    await expect(session.requests.row(6)).not.toHaveAttribute("data-hits");
  });

  test("a file that ends in the middle is searched up to there", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await session.open(`when/orders/fault/short/420/${manifest}`);
    await search.run("tick");
    await search.expectSummary("1 message in 1 of 7 sockets");
    await expect(search.socket(6)).toContainText("cut off at message 5");
  });

  test("a search shows its progress and is canceled at once", async ({ session, page, server }) => {
    const search = new MessageSearch(page);
    const token = randomUUID();
    await session.open(`when/orders/fault/hold/${token}/420/${manifest}`);
    await search.run("tick");
    await expect(search.progress).toHaveAttribute("aria-valuetext", /of 7 sockets/);
    await search.cancel.click();
    await expect(search.progress).toHaveCount(0);
    await expect(search.summary).toContainText(/stopped after \d of 7 sockets/);
    await expect.poll(async () => (await server.held(token)).aborted, "the request was aborted").toBe(true);
    await server.release(token);
    await search.box.press("Enter");
    await search.expectSummary("3 messages in 1 of 7 sockets");
  });

  test("closing the search ends it", async ({ session, page, server }) => {
    const search = new MessageSearch(page);
    const token = randomUUID();
    await session.open(`when/orders/fault/hold/${token}/420/${manifest}`);
    await search.run("tick");
    await expect(search.progress).toBeVisible();
    await page.getByRole("button", { name: "Close search" }).click();
    await expect.poll(async () => (await server.held(token)).aborted).toBe(true);
  });

  const members = ["session.json", "resources.jsonl", "sockets/orders.jsonl"];

  test("files of this computer are searched", async ({ home, session, page }) => {
    const search = new MessageSearch(page);
    await home.visit();
    await home.pick(...members.map((name) => `native/${name}`));
    await session.expectLoaded();
    await search.run("tick");
    await search.expectSummary("3 messages in 1 of 7 sockets");
  });

  test("an archive is searched", async ({ home, session, page }) => {
    const search = new MessageSearch(page);
    await home.visit();
    const content = zip(members.map((name) => ({ name, content: readFileSync(fixture(`native/${name}`)) })));
    await home.pickGenerated({ name: "checkout.zip", content });
    await session.expectLoaded();
    await search.run("tick");
    await search.expectSummary("3 messages in 1 of 7 sockets");
  });

  test("a worker that cannot start is an alert, and Retry starts it", async ({ session, page }) => {
    const search = new MessageSearch(page);
    await page.route("**/message-search.mjs", (route) => route.abort());
    await session.open(manifest);
    await search.run("tick");
    await expect(session.alert).toContainText("The search could not be started");
    await page.unroute("**/message-search.mjs");
    await session.alert.getByRole("button", { name: "Retry" }).click();
    await search.expectSummary("3 messages in 1 of 7 sockets");
    await session.expectNoAlert();
  });
});

test("the worker is loaded by the first search, not before", async ({ session, page }) => {
  const search = new MessageSearch(page);
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await session.open(demo.src);
  await search.button.click();
  expect(loaded.filter((path) => path.includes("search"))).toEqual(expect.not.arrayContaining(["/message-search.mjs"]));
  await search.box.fill("lantern");
  await expect(search.summary).toHaveText(/^[\d,]+ messages? in \d+ of \d+ sockets$/);
  expect(loaded).toContain("/message-search.mjs");
});
