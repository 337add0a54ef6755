// Files of this computer: picked, dropped, compressed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "../support/app.ts";
import { expectAllTexts } from "../support/pages/check.ts";
import { fixture } from "../support/pages/home.ts";

const folder = [
  "native/session.json",
  "native/resources.jsonl",
  "native/sockets/orders.jsonl",
  "native/sockets/feed.jsonl",
];
const har = readFileSync(fixture("har/order.har"));

test("a HAR is picked, read in the browser, and sent nowhere", async ({ home, session, page }) => {
  await home.visit();
  // The list of sessions is asked for as the page comes up.
  await home.sessions.getByRole("link").first().waitFor();
  const asked: string[] = [];
  page.on("request", (request) => {
    // What the page made itself never leaves the browser.
    if (request.url().startsWith("blob:")) return;
    // Parts of the app itself: what shows a session, reads its format, and judges it once it is read.
    if (/\/(session|formats|findings|chunk_\d+)-[0-9a-f]{16}\.wasm$/.test(request.url())) return;
    if (request.resourceType() === "fetch" || request.method() !== "GET") asked.push(request.url());
  });
  await home.pick("har/order.har");
  await session.expectLoaded();
  await session.requests.expectOrder([2, 5, 1, 4, 3]);
  expect(new URL(page.url()).pathname).toBe("/session");
  expect(asked).toEqual([]);
});

test("all files of a session folder are picked together", async ({ home, session }) => {
  await home.visit();
  await home.pick(...folder);
  await session.expectLoaded();
  await session.requests.expectRowCount(16);
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
});

test("a picked folder opens its session", async ({ home, session }) => {
  await home.visit();
  await home.folderInput.setInputFiles(fixture("native"));
  await session.expectLoaded();
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
});

test("a messages file that was not picked is named when its socket is opened", async ({ home, session }) => {
  await home.visit();
  await home.pick("native/session.json", "native/resources.jsonl");
  await session.expectLoaded();
  await session.selectRow(6);
  await expectAllTexts(session.alert, "sockets/orders.jsonl", /folder/);
});

test("session.json alone says that the other files are missing", async ({ home, session }) => {
  await home.visit();
  await home.pick("native/session.json");
  await expectAllTexts(session.alert, "resources.jsonl", /folder/);
});

test("a HAR that is compressed with gzip", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "order.har.gz", content: gzipSync(har) });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("gzip is detected by content, not by file name", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "download.tmp", content: gzipSync(har) });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("a byte order mark in front is no obstacle", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "order.har", content: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), har]) });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  await session.expectNoAlert();
});

test("a file is dropped on the start page", async ({ home, session, page }) => {
  await home.visit();
  await home.drop("har/order.har");
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  expect(new URL(page.url()).pathname).toBe("/session");
});

test("several files of a folder are dropped together", async ({ home, session }) => {
  await home.visit();
  await home.drop(...folder);
  await session.expectLoaded();
  await session.selectRow(11);
  await session.messages.expectRowCount(5);
});

test("a file that is dropped on an open session takes its place", async ({ home, session }) => {
  await session.open("fixtures/native/session.json", { row: "6", q: "orders" });
  await home.drop("har/order.har");
  await session.requests.expectOrder([2, 5, 1, 4, 3]);
  await session.expectParameter("src", null);
  await session.expectParameter("row", null);
  await expect(session.requests.filter).toHaveValue("");
  await expect(session.details).toHaveCount(0);
});

test("the same file can be picked twice in a row", async ({ home, session }) => {
  await home.visit();
  await home.pick("har/order.har");
  await session.expectLoaded();
  await session.selectRow(2);
  await home.pick("har/order.har");
  await expect(session.details).toHaveCount(0);
  await session.requests.expectRowCount(5);
});

test("after a reload the page offers to open the file again", async ({ home, session, page }) => {
  await home.visit();
  await home.pick("har/order.har");
  await session.expectLoaded();
  await page.reload();
  await expect(page.getByRole("main")).toContainText(/open/i);
  await expect(home.openFile.first()).toBeVisible();
  await session.expectNoAlert();
  await home.fileInput.first().setInputFiles(fixture("har/order.har"));
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("of a file of this computer the address holds what is on screen, and no name of it", async ({
  home,
  session,
  page,
}) => {
  await home.visit();
  await home.pick("har/order.har");
  await session.expectLoaded();
  await session.selectRow(5);
  await session.expectParameter("row", "5");
  expect(page.url()).not.toContain("order.har");
});
