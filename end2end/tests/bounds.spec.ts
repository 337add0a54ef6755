// A few kilobytes that unpack to millions of things: loading stops at a bound, says so, and what
// was read stays usable.
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { expectAllTexts } from "../support/pages/check.ts";
import type { SessionPage } from "../support/pages/session.ts";
import { memoryOf, watchWasmMemory, withMemoryLimit } from "../support/wasm-memory.ts";

const entry = `{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{"method":"GET","url":"https://a.test/first"},"response":{"status":200}}`;
const meta = `{"type":4,"data":{"href":"https://a.test/","width":800,"height":600},"timestamp":1772359200000}`;
const log = `{"log":{"creator":{"name":"made here"},"entries":[`;

const MAX_MEGABYTES = 1024;

/** A file that repeats an element so often, as gzip. */
function repeated(before: string, element: string, millions: number, after: string): Buffer {
  const block = Buffer.from(element.repeat(100_000));
  const blocks = Array.from({ length: millions * 10 }, () => block);
  return gzipSync(Buffer.concat([Buffer.from(before), ...blocks, Buffer.from(after)]));
}

async function expectBound(
  session: SessionPage,
  page: Page,
  name: string,
  body: Buffer,
  phrase: string,
): Promise<void> {
  test.setTimeout(120_000);
  await watchWasmMemory(page);
  await session.serveFile(name, body);
  await session.startOpening(name);
  await expect(session.alert.first()).toContainText(phrase, { timeout: 100_000 });
  await expectAllTexts(
    session.alert.first(),
    name,
    "the most that Replayscope opens",
    "Loading stopped there",
    "split the file",
  );
  expect(await memoryOf(page), "MB").toBeLessThan(MAX_MEGABYTES);
}

test("the table works at the limit of requests", async ({ session, page }) => {
  const body = repeated(log + entry, ",{}", 10, "]}}");
  await expectBound(session, page, "entries.har.gz", body, "More than 2,000,000 requests");
  await session.requests.expectCells(1, { name: /first/ });
  await session.requests.filter.fill("first");
  await session.requests.expectOrder([1]);
  await session.selectRow(1);
});

test("resources of a native session are limited", async ({ session, page }) => {
  await session.serveFile("resources.jsonl", repeated("", "{}\n", 10, ""));
  const files = { resources: { path: "resources.jsonl" } };
  await session.serveFile(
    "made/session.json",
    JSON.stringify({ format: "replayscope/1", id: "x", startedAt: 1772359200000, files }),
  );
  test.setTimeout(120_000);
  await watchWasmMemory(page);
  await session.startOpening("made/session.json");
  await expect(session.alert.first()).toContainText("More than 2,000,000 requests", { timeout: 100_000 });
  await expectAllTexts(session.alert.first(), "resources.jsonl");
  await expect(session.requests.row(1)).toBeVisible();
  expect(await memoryOf(page), "MB").toBeLessThan(MAX_MEGABYTES);
});

test("pages of a HAR are limited", async ({ session, page }) => {
  const body = repeated(`{"log":{"creator":{"name":"made here"},"pages":[{}`, ",{}", 10, `],"entries":[${entry}]}}`);
  await expectBound(session, page, "pages.har.gz", body, "More than 100,000 pages");
});

test("messages of one socket are limited", async ({ session, page }) => {
  const socket = `{"request":{"url":"wss://a.test/"},"_webSocketMessages":[{}`;
  const body = repeated(`${log}${entry},${socket}`, ",{}", 10, "]}]}}");
  await expectBound(session, page, "messages.har.gz", body, "More than 5,000,000 messages");
  await session.requests.expectCells(1, { name: /first/ });
});

test("copies of one rrweb event are limited", async ({ session, page }) => {
  const copies = repeated(`[${meta}`, `,{"type":3,"data":{"source":3},"timestamp":1772359200000}`, 4, "]");
  await expectBound(session, page, "copies.json.gz", copies, "More than 3,000,000 elements");
});

test("the list of events works at the limit of rrweb events", async ({ session, page }) => {
  const events = repeated(`[${meta}`, `,{"type":3,"data":{"source":3}}`, 2, "]");
  await expectBound(session, page, "events.json.gz", events, "More than 1,000,000 rrweb events");
  await page.getByRole("tab", { name: /^Events/ }).click();
  await expect(page.getByRole("tabpanel", { name: "Events" })).toBeVisible();
});

test("white space before a recording is limited", async ({ session, page }) => {
  await session.serveFile(
    "spaces.json.gz",
    gzipSync(Buffer.concat([Buffer.alloc(100_000_000, " "), Buffer.from(`[${meta}]`)])),
  );
  await session.startOpening("spaces.json.gz");
  await expectAllTexts(session.alert, "more than 1 MB of white space", "spaces.json.gz", "export the file again");
  await expect(page.locator("#crashed")).toBeHidden();
});

test("a HAR with a body nested a million levels deep keeps its other rows", async ({ session }) => {
  const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
  const nested = entry.replace(`"status":200`, `"status":200,"_deep":${deep}`);
  await session.serveFile("deep.har", `${log}${entry},${nested},${entry}]}}`);
  await session.open("deep.har");
  await session.requests.expectRowCount(3);
  await session.expectNoAlert();
});

test.describe("out of memory", () => {
  /** Megabytes: enough to start the app, and too little for the file. */
  const LIMIT = 48;

  test.beforeEach(async ({ page }) => {
    await page.route("**/viewer-*_bg.wasm", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: withMemoryLimit(await response.body(), LIMIT) });
    });
  });

  test("while bytes are stored, shows an alert and keeps the loaded rows", async ({ session }) => {
    const large = entry.replace(`"status":200`, `"status":200,"content":{"text":"${"a".repeat(100_000)}"}`);
    await session.serveFile("large.har.gz", gzipSync(log + Array.from({ length: 1000 }, () => large).join() + "]}}"));
    await session.startOpening("large.har.gz");
    await expect(session.alert).toContainText("no more memory", { timeout: 60_000 });
    await expectAllTexts(session.alert, "large.har.gz", "what was read before is shown", "split the file");
    await session.requests.expectCells(1, { name: /first/ });
  });

  test("elsewhere, shows the crash screen with a reload button", async ({ page, session, complaints }) => {
    await session.serveFile("many.har.gz", repeated(log + entry, ",{}", 1, "]}}"));
    await session.startOpening("many.har.gz");
    const crash = page
      .getByRole("alert")
      .filter({ hasText: /memory/ })
      .first();
    await expect(crash).toBeVisible({ timeout: 60_000 });
    complaints.length = 0;
  });
});

test("a WebAssembly trap shows the crash screen", async ({ home, page, complaints }) => {
  await home.visit();
  const crashed = page.locator("#crashed");
  await expect(crashed).toBeHidden();
  await page.evaluate(() => {
    // A module whose one function is `unreachable`.
    const module = Uint8Array.of(
      0,
      97,
      115,
      109,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      96,
      0,
      0,
      3,
      2,
      1,
      0,
      7,
      5,
      1,
      1,
      102,
      0,
      0,
      10,
      5,
      1,
      3,
      0,
      0,
      11,
    );
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
    setTimeout(f as () => void);
  });
  await expectAllTexts(
    page.getByRole("alert"),
    "Replayscope stopped working",
    "memory",
    "unreachable",
    "split the file",
  );
  await expect(crashed.getByRole("link", { name: "Reload the page" })).toBeVisible();
  complaints.length = 0;
});
