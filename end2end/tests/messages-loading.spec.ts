// When the messages of a socket are fetched, and what is shown until they are there, or when they
// do not come.
import { randomUUID } from "node:crypto";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { expectAllTexts } from "../support/pages/check.ts";

const manifest = "fixtures/native/session.json";
const orders = "/fixtures/native/sockets/orders.jsonl";
const feed = "/fixtures/native/sockets/feed.jsonl";

test("a messages file is fetched when its socket is clicked, not before, and once", async ({ session, server }) => {
  await session.open(server.tagged(manifest));
  await session.requests.filter.fill("websocket");
  await session.requests.expectOrder([6, 11, 13, 14, 15, 17, 19]);
  expect(await server.count(orders)).toBe(0);

  await session.selectRow(6);
  await session.messages.expectRowCount(17);
  expect(await server.count(orders)).toBe(1);
  expect(await server.count(feed)).toBe(0);

  await session.closeDetails();
  await session.selectRow(11);
  await session.messages.expectRowCount(5);
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
  expect(await server.count(orders)).toBe(1);
  expect(await server.count(feed)).toBe(1);
});

test("opening a socket by key fetches its messages, moving over it with details closed does not", async ({
  session,
  server,
  page,
}) => {
  await session.open(server.tagged(manifest), { q: "orders", row: "6", detail: "headers" });
  await expect(session.details).toContainText("orders.v2");
  expect(await server.count(orders)).toBe(0);
  await session.closeDetails();
  await session.requests.focus();
  await page.keyboard.press("ArrowDown");
  expect(await server.count(orders)).toBe(0);
  await page.keyboard.press("Enter");
  await session.showTab("Messages");
  await session.messages.expectRowCount(17);
  expect(await server.count(orders)).toBe(1);
});

test("a link to a socket's messages fetches them", async ({ session, server }) => {
  await session.open(server.tagged(manifest), { row: "6" });
  await session.messages.expectRowCount(17);
  expect(await server.count(orders)).toBe(1);
});

test("a slow file: progress, and the messages that came can be used already", async ({ session, server }) => {
  const token = randomUUID();
  await session.open(`when/orders/fault/hold/${token}/420/${manifest}`);
  await session.selectRow(6);
  const { messages } = session;
  await expect(messages.progress).toBeVisible();
  await expect(messages.summary).toContainText("4 messages");
  await messages.row(2).click();
  await expect(messages.detail).toContainText("ok");

  await server.release(token);
  await expect(messages.progress).toHaveCount(0);
  await messages.expectRowCount(17);
  await expect(messages.row(2)).toHaveAttribute("aria-selected", "true");
});

test("all that came before a file stalls is listed", async ({ session, server }) => {
  const token = randomUUID();
  const { name, lines } = demo.messagesFile("/ws/ticker");
  const half = lines.slice(0, lines.length / 2);
  const bytes = Buffer.byteLength(half.join("\n")) + 1;
  await session.open(`when/${name}/fault/hold/${token}/${bytes}/${demo.src}`);
  await session.selectRow(demo.row("/ws/ticker"));
  await session.messages.expectRowCount(half.length + 2);
  await expect(session.messages.progress).toContainText(`${half.length.toLocaleString("en")} rows`);
  await server.release(token);
  await session.messages.expectRowCount(lines.length + 2);
});

test("another socket is clicked meanwhile: the first load ends, and nothing is mixed", async ({ session, server }) => {
  const token = randomUUID();
  await session.open(server.tagged(`when/orders/fault/hold/${token}/420/${manifest}`));
  await session.selectRow(6);
  await expect(session.messages.summary).toContainText("4 messages");
  await session.selectRow(11);
  await session.messages.expectRowCount(5);
  await expect.poll(async () => (await server.held(token)).aborted, "the first request was aborted").toBe(true);

  await server.release(token);
  await session.messages.expectNumbers([1, 2, 3]);
  await expect(session.messages.root).not.toContainText("subscribe");
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
});

test("closing the details ends the load", async ({ session, server }) => {
  const token = randomUUID();
  await session.open(`when/orders/fault/hold/${token}/420/${manifest}`);
  await session.selectRow(6);
  await expect(session.messages.progress).toBeVisible();
  await session.closeDetails();
  await expect.poll(async () => (await server.held(token)).aborted).toBe(true);
});

for (const [status, reason] of [
  [404, "Not Found"],
  [500, "Internal Server Error"],
] as const) {
  test(`the file answers ${status}: an alert names it, Retry brings the messages`, async ({ session }) => {
    await session.open(`when/orders/once/${randomUUID()}/fault/status/${status}/${manifest}`);
    await session.selectRow(6);
    await expectAllTexts(session.alert, `${status} ${reason}`, "sockets/orders.jsonl");
    await expect(session.messages.summary).toContainText("0 messages");
    await session.alert.getByRole("button", { name: "Retry" }).click();
    await session.messages.expectRowCount(17);
    await session.expectNoAlert();
  });
}

test("a host that answers its start page for a missing file is found out", async ({ session }) => {
  await session.open(`when/orders/fault/html/${manifest}`);
  await session.selectRow(6);
  await expectAllTexts(session.alert, "HTML", "orders.jsonl");
});

test("a file that ends in the middle keeps its complete messages, and the alert names message and byte", async ({
  session,
}) => {
  await session.open(`when/orders/fault/short/420/${manifest}`);
  await session.selectRow(6);
  await session.messages.expectNumbers([1, 2, 3, 4]);
  await expectAllTexts(session.alert, "message 5", /byte 420\b/, "orders.jsonl");
  await expect(session.messages.last).toHaveAttribute("data-kind", "close");
});

test("a transfer that breaks off keeps the messages that came, and the alert names message and byte", async ({
  session,
  server,
}) => {
  const token = randomUUID();
  await session.open(`when/orders/fault/hold/${token}/420/fault/cut/420/${manifest}`);
  await session.selectRow(6);
  await session.messages.expectNumbers([1, 2, 3, 4]);
  await server.release(token);
  await expectAllTexts(session.alert, "message 5", /byte 420\b/, "orders.jsonl", "interrupted");
  await session.messages.expectNumbers([1, 2, 3, 4]);
  await expect(session.messages.progress).toHaveCount(0);
});

test("messages that were not recorded are asked for nowhere", async ({ session, server }) => {
  await session.open(server.tagged(manifest));
  await session.selectRow(17);
  await expect(session.messages.root).toContainText("not recorded");
  await session.messages.expectRowCount(2);
  await session.expectNoAlert();
});

test("an empty file means that there were none", async ({ session }) => {
  await session.open(manifest);
  await session.selectRow(15);
  await expect(session.messages.root).toContainText("No messages were recorded on this socket");
  await expect(session.messages.summary).toContainText("0 messages");
  await session.messages.expectRowCount(2);
  await session.expectNoAlert();
});

test("a file that is compressed on the way is read as any other", async ({ session }) => {
  await session.open(`fault/encode/br/${manifest}`);
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
});

test("messages inside a HAR make no request", async ({ session, page }) => {
  await session.open("fixtures/har/chrome.har");
  const asked: string[] = [];
  page.on("request", (request) => {
    // Parts of the app are fetched too.
    if (request.resourceType() === "fetch" && !request.url().endsWith(".wasm")) asked.push(request.url());
  });
  await session.selectRow(1);
  await session.messages.expectRowCount(5);
  expect(asked).toEqual([]);
});
