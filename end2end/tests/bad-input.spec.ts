// Files that cannot be opened, or only in part: the alert says what is wrong, where, and what to
// do. The app keeps working.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Locator } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { expectAllTexts } from "../support/pages/check.ts";
import { fixture } from "../support/pages/home.ts";
import type { SessionPage } from "../support/pages/session.ts";

const refused: [what: string, src: string, phrases: (string | RegExp)[]][] = [
  ["text that is not JSON", "fixtures/bad/diary.txt", ["not JSON", "diary.txt", /open a har/i]],
  ["JSON that is no recording", "fixtures/bad/fruit.json", ["JSON", "fruit.json", "fruit, count", /open a har/i]],
  ["an empty file", "fixtures/bad/empty.json", ["empty", "empty.json", /again/]],
  ["a HAR without entries", "fixtures/bad/no-entries.har", ["entries", "no-entries.har", /again/]],
  ["a file that is not there", "fixtures/har/none.har", ["404", "none.har", /address/]],
  ["a server's error", "fault/status/500/fixtures/har/order.har", ["500", "order.har", /again/]],
  ["a web page in place of the file", "fault/html/fixtures/har/order.har", ["HTML", "order.har", /address/]],
  ["a session whose format is newer", "fault/newer/session.json", ["replayscope/2", "session.json", /newer version/]],
];

test.beforeEach(async ({ page }) => {
  await page.route("**/fault/newer/session.json", (route) =>
    route.fulfill({ json: { format: "replayscope/2", id: "x", startedAt: 1, files: {} } }),
  );
});

for (const [what, src, phrases] of refused) {
  test(`${what} shows an alert, and another file opens in the same page`, async ({ session, home }) => {
    await session.startOpening(src);
    await expectAllTexts(session.alert, ...phrases);
    await expect(session.progress).toHaveCount(0);
    await openAnother(session, home.fileInput.first());
  });
}

test("an alert names the CORS header that another host has to send", async ({ session, home, server }) => {
  await session.startOpening(`${server.closedOrigin}/fixtures/har/order.har`);
  await expectAllTexts(session.alert, "order.har", "CORS", "Access-Control-Allow-Origin");
  await openAnother(session, home.fileInput.first());
});

test("Retry opens a file after a server error", async ({ session }) => {
  await session.startOpening(`once/${randomUUID()}/fault/status/500/fixtures/har/order.har`);
  await session.alert.getByRole("button", { name: "Retry" }).click();
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  await session.expectNoAlert();
});

test("the page works after a bad file was picked", async ({ session, home }) => {
  await home.visit();
  await home.pick("bad/diary.txt");
  await expectAllTexts(session.alert, "diary.txt");
  await openAnother(session, home.fileInput.first());
});

test("a damaged gzip file shows an alert", async ({ session, home }) => {
  await home.visit();
  const damaged = gzipSync(readFileSync(fixture("har/details.har")));
  damaged.fill(0xff, 40, 200);
  await home.pickGenerated({ name: "damaged.har.gz", content: damaged });
  await expectAllTexts(session.alert.first(), "damaged.har.gz");
  await openAnother(session, home.fileInput.first());
});

test("a truncated HAR shows its complete rows and names the entry and the byte", async ({ session }) => {
  await session.startOpening("fault/short/600/fixtures/har/order.har");
  await session.requests.expectOrder([2, 1]);
  await expectAllTexts(session.alert, "entry 3", /byte 600\b/, "order.har");
});

test("an interrupted download of a HAR keeps the loaded rows and names the entry and the byte", async ({
  session,
  server,
}) => {
  const token = randomUUID();
  // It breaks once the bytes are read: a browser drops those that a page has not read when the
  // connection fails.
  await session.startOpening(`fault/hold/${token}/600/fault/cut/600/fixtures/har/order.har`);
  await session.requests.expectOrder([2, 1]);
  await server.release(token);
  await expectAllTexts(session.alert, "entry 3", /byte 600\b/, "order.har", "interrupted");
  await session.requests.expectOrder([2, 1]);
  await expect(session.progress).toHaveCount(0);
});

test("truncated resources show their complete rows and name the record and the byte", async ({ session }) => {
  await session.startOpening("when/resources/fault/short/900/fixtures/native/session.json");
  // The last four are the sockets that the manifest names: their messages are there, their opens
  // were cut off.
  await session.requests.expectOrder([2, 1, 3, 4, 5, 6]);
  await expectAllTexts(session.alert, "record 3", /byte 900\b/, "resources.jsonl");
});

test("a session without its resources file shows the rest and names what is missing", async ({ session, page }) => {
  await session.startOpening("when/resources/fault/status/404/fixtures/native/session.json");
  await expectAllTexts(session.alert, "404", "resources.jsonl");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("A checkout with every kind of row");
});

test("rows with invalid and missing fields are kept, and the faults counted and listed", async ({ session, page }) => {
  await session.open("fixtures/har/odd.har");
  const { requests } = session;
  await requests.expectOrder([1, 4, 5, 6, 2]);
  await requests.expectCells(1, { status: "200", latency: "121 ms" });
  await requests.expectCells(2, { name: /no-date/, start: "—", latency: "10 ms" });
  await requests.expectCells(4, { name: "(no URL)", status: "—" });
  await requests.expectCells(5, { name: "(no URL)", method: "—" });
  await requests.expectCells(6, { latency: "—" });
  await session.expectNoAlert();

  await expect(session.notes).toContainText(/5 load notes/);
  await session.notes.getByText("load notes").click();
  const notes = session.notes.getByRole("listitem");
  await expect(notes).toHaveCount(5);
  await expect(notes.filter({ hasText: "entry 3" })).toContainText("not an object");
  await expect(notes.filter({ hasText: "entry 2" })).toContainText("not a valid date");
  await expect(page.getByText("entry 6")).toBeVisible();
});

test("a path outside the session's folder is not opened and is noted", async ({ session, page, server }) => {
  await page.route("**/outside/session.json", async (route) => {
    const manifest = JSON.parse(readFileSync(fixture("native/session.json"), "utf8")) as {
      files: { sockets: Record<string, { path: string }> };
    };
    manifest.files.sockets["orders"] = { path: "../har/order.har" };
    await route.fulfill({ json: manifest });
  });
  await page.route("**/outside/resources.jsonl", (route) => route.fulfill({ path: fixture("native/resources.jsonl") }));
  await session.open(server.tagged("outside/session.json"));
  await expect(session.notes).toContainText("1 load note");
  await session.selectRow(6);
  await expect(session.messages.root).toContainText("not recorded");
});

test("Cancel stops a load and its request, and keeps the loaded rows", async ({ session, server }) => {
  const token = randomUUID();
  await session.startOpening(`fault/hold/${token}/600/fixtures/har/order.har`);
  await expect(session.progress).toBeVisible();
  await session.requests.expectOrder([2, 1]);
  await session.requests.filter.fill("earliest");
  await session.requests.expectOrder([2]);

  await session.cancel.click();
  await expect(session.progress).toHaveCount(0);
  await expect.poll(async () => (await server.held(token)).aborted).toBe(true);
  await session.requests.expectOrder([2]);
  await session.requests.filter.fill("");
  await session.requests.expectOrder([2, 1]);
});

test("progress shows bytes and rows while loading", async ({ session, server }) => {
  const token = randomUUID();
  await session.startOpening(`fault/hold/${token}/600/fixtures/har/order.har`);
  await expect(session.progress).toHaveAttribute("aria-valuetext", /600 B of 980 B.*2 rows/);
  await server.release(token);
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("leaving a session cancels its load", async ({ session, server, page, home }) => {
  const token = randomUUID();
  await session.startOpening(`fault/hold/${token}/600/fixtures/har/order.har`);
  await expect(session.progress).toBeVisible();
  await expect.poll(async () => (await server.held(token)).waiting).toBe(true);
  await page.getByRole("link", { name: "Replayscope" }).click();
  await expect(home.url).toBeVisible();
  await expect.poll(async () => (await server.held(token)).aborted).toBe(true);
});

test("a session that loads has no alert", async ({ session, home }) => {
  await home.visit();
  await expect(session.alerts).toHaveCount(0);
  await session.open("fixtures/native/session.json", { row: "6" });
  await session.messages.expectRowCount(17);
  await expect(session.alerts).toHaveCount(0);
  await expect(session.notes).toHaveText("");
});

async function openAnother(session: SessionPage, input: Locator): Promise<void> {
  await input.setInputFiles(fixture("har/order.har"));
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  await session.expectNoAlert();
}
