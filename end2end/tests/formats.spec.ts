// Recordings of other tools: one file, or several that belong together.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "../support/app.ts";
import { fixture } from "../support/pages/home.ts";

const start = 1760000000000;

const resources = JSON.stringify([
  {
    name: "https://a.test/api",
    initiatorType: "fetch",
    startTimeAbs: start + 100,
    responseEndAbs: start + 150,
    responseStatus: 200,
  },
  { name: "wss://a.test/one", initiatorType: "websocket", type: "open", socketId: "s1", startTimeAbs: start + 200 },
  { name: "wss://a.test/two", initiatorType: "websocket", type: "open", socketId: "s2", startTimeAbs: start + 210 },
  { name: "wss://a.test/one", initiatorType: "websocket", type: "close", socketId: "s1", responseEndAbs: start + 1200 },
]);

const socketEvents = JSON.stringify({
  webSocketEvents: [
    { type: "sent", socketId: "s1", name: "wss://a.test/one", timeStamp: start + 300, size: 2, message: "hi" },
    { type: "received", socketId: "s2", name: "wss://a.test/two", timeStamp: start + 310, size: 3, message: "two" },
    { type: "received", socketId: "s1", name: "wss://a.test/one", timeStamp: start + 320, size: 5, message: "there" },
  ],
});

const events = JSON.stringify([
  { type: 4, data: { href: "https://a.test/", width: 800, height: 600 }, timestamp: start },
  {
    type: 6,
    data: { plugin: "rrweb/console@1", payload: { level: "warn", payload: ['"careful"'], trace: [] } },
    timestamp: start + 20,
  },
]);

const highlight = {
  "network-resources-compressed": resources,
  "web-socket-events-compressed": socketEvents,
  "session-contents-compressed": events,
};

function recorded(path: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../crates/session/tests/fixtures/${path}`, import.meta.url)));
}

test("Highlight's files, picked together, are one session; sockets share a file of messages", async ({
  home,
  session,
  page,
}) => {
  await home.visit();
  await home.pickGenerated(
    ...Object.entries(highlight).map(([name, content]) => ({ name, content: brotliCompressSync(content) })),
  );
  await session.expectLoaded();
  await session.requests.expectRowCount(3);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("2 page events and 1 console entry");
  await session.selectRow(2);
  await session.messages.expectRowCount(4);
  await session.selectRow(3);
  await session.messages.expectRowCount(3);
  await session.expectNoAlert();
});

test("an address that ends in a slash is searched for Highlight's files", async ({ session, page }) => {
  const asked: string[] = [];
  await page.route("**/recordings/7/**", async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
    asked.push(name);
    const body = (highlight as Record<string, string>)[name];
    await route.fulfill(body === undefined ? { status: 404, body: "" } : { contentType: "application/json", body });
  });
  await session.open("recordings/7/");
  await session.requests.expectRowCount(3);
  await session.expectNoAlert();
  expect(asked).not.toContain("web-socket-events-compressed");
  await session.selectRow(2);
  await session.messages.expectRowCount(4);
  expect(asked.filter((name) => name === "web-socket-events-compressed")).toHaveLength(1);
});

test("rrweb's events without requests say what there is instead", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "events.json", content: events });
  await session.expectLoaded();
  await session.page.getByRole("tab", { name: "Network" }).click();
  await expect(session.requests.root).toContainText("It holds 2 page events and 1 console entry");
});

test("packed rrweb events open", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "packed.json", content: recorded("rrweb/packed.json") });
  await session.expectLoaded();
  await session.expectNoAlert();
  await expect(session.page.getByRole("heading", { level: 1 })).toContainText("page event");
});

test("PostHog's recordings show their requests, with the details of each", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "export.json", content: recorded("rrweb/posthog.json") });
  await session.expectLoaded();
  await expect(session.requests.rows.first()).toBeVisible();
  await session.requests.at(1).click();
  await expect(session.details).toBeVisible();
  await session.expectNoAlert();
});

test("entries without a HAR around them, one a line", async ({ home, session }) => {
  await home.visit();
  const { log } = JSON.parse(readFileSync(fixture("har/order.har"), "utf8")) as { log: { entries: unknown[] } };
  await home.pickGenerated({
    name: "entries.ldjson",
    content: log.entries.map((entry) => JSON.stringify(entry)).join("\n"),
  });
  await session.expectLoaded();
  await session.requests.expectOrder([2, 5, 1, 4, 3]);
});

test("of several recordings one is opened, and the others are named", async ({ home, session }) => {
  await home.visit();
  await home.pick("har/order.har", "har/details.har");
  await session.expectLoaded();
  await expect(session.notes).toContainText("1 load note");
  await session.notes.getByText("1 load note").click();
  await expect(session.notes).toContainText("order.har");
  await expect(session.notes).toContainText("another recording");
});

test("files without a recording are skipped for one with a recording", async ({ home, session }) => {
  await home.visit();
  const order = readFileSync(fixture("har/order.har"));
  await home.pickGenerated(
    { name: "a-settings.json", content: '{"theme":"dark"}' },
    { name: "recording.json", content: order },
  );
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  await session.expectNoAlert();
});
