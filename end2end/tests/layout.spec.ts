// Nothing overlaps, nothing that matters is cut, at the sizes that people have.
import type { Locator } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import {
  truncatedCells,
  misplacedParts,
  overflowingCells,
  overlappingCells,
  overlappingHeaderTexts,
  horizontalOverflow,
} from "../support/pages/layout.ts";
import type { SessionPage } from "../support/pages/session.ts";

const sizes = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];
const neverCut = ["status", "start", "latency"];

for (const viewport of sizes) {
  test.describe(`${viewport.width}x${viewport.height}`, () => {
    test.use({ viewport });

    test("the start page fits", async ({ home, page }) => {
      await home.visit();
      await expect(home.sessions).toBeVisible();
      expect(await horizontalOverflow(page)).toBe(0);
    });

    test("the parts of the session page do not overlap", async ({ session, page }) => {
      await session.open(demo.src);
      expect(await horizontalOverflow(page)).toBe(0);
      expect(await misplacedParts(page, parts(session))).toEqual([]);
    });

    test("cells do not overlap; status, start and latency are not truncated", async ({ session }) => {
      for (const src of [demo.src, "fixtures/native/session.json"]) {
        await session.open(src);
        await expectTidyTable(session);
      }
    });

    test("with the details open, too", async ({ session, page }) => {
      await session.open(demo.src, { row: "1" });
      await expectTidyTable(session);
      expect(await horizontalOverflow(page)).toBe(0);
      const { timeline, filters, table, summary } = parts(session);
      expect(await misplacedParts(page, { timeline, filters, table, summary, details: session.details })).toEqual([]);
    });

    test("with messages and one of them open, too", async ({ session, page }) => {
      await session.open(demo.src, { row: String(demo.row("/ws/chat")), msg: "3" });
      await expect(session.messages.detail).toBeVisible();
      const { messages } = session;
      expect(await horizontalOverflow(page)).toBe(0);
      expect(await overflowingCells(messages.root)).toEqual([]);
      expect(await overlappingCells(messages.root)).toEqual([]);
      expect(await truncatedCells(messages.root, ["direction", "length", "time", "delta"])).toEqual([]);
      const found = await misplacedParts(page, {
        requests: session.requests.root,
        filter: messages.filter,
        direction: messages.directions,
        summary: messages.summary,
        messages: messages.root,
        message: messages.detail,
      });
      expect(found).toEqual([]);
    });
  });
}

test("very long URLs, and times of days, keep to their cells", async ({ session }) => {
  const entry = (url: string, start: string, time: number): unknown => ({
    startedDateTime: start,
    time,
    request: { method: "PROPPATCH", url },
    response: { status: 404 },
  });
  await session.openEntries([
    entry(
      `https://shop.example.test/${"a-very-long-name/".repeat(200)}?${"q=1&".repeat(500)}`,
      "2025-10-09T08:53:20.000Z",
      12_600_000,
    ),
    entry("https://a.very.long.host.name.of.a.shop.example.test/x", "2025-10-12T20:53:20.123Z", 59_994),
    entry("data:text/plain;base64," + "QUJD".repeat(5000), "2025-10-09T18:53:20.999Z", 0.42),
  ]);
  await session.requests.expectCells(2, { start: "84:00:00.123" });
  await session.requests.expectCells(1, { latency: "3 h 30 min" });
  await expectTidyTable(session);
  await session.selectRow(1);
  await expectTidyTable(session);
  expect(await horizontalOverflow(session.page)).toBe(0);
});

test("the playback buttons stay next to the timeline of a session of several days", async ({ session, page }) => {
  const entry = (start: string): unknown => ({
    startedDateTime: start,
    time: 1000,
    request: { method: "GET", url: "https://a.test/" },
    response: { status: 200 },
  });
  await session.openEntries([entry("2025-10-09T08:53:20.000Z"), entry("2025-10-14T08:53:20.000Z")], { t: "432000000" });
  const idle = page.getByRole("button", { name: "Skip idle" });
  const start = page.getByRole("slider", { name: "Range start" });
  expect(await misplacedParts(page, { idle, start })).toEqual([]);
});

test("an alert and load notes push nothing out of the window", async ({ session, page }) => {
  await session.startOpening("fault/short/700/fixtures/har/odd.har");
  await expect(session.alert).toBeVisible();
  expect(await horizontalOverflow(page)).toBe(0);
  expect(await misplacedParts(page, { ...parts(session), alert: session.alert })).toEqual([]);
});

function parts(session: SessionPage): Record<"tabs" | "timeline" | "filters" | "types" | "table" | "summary", Locator> {
  const { page, requests } = session;
  return {
    tabs: page.getByRole("tablist", { name: "Session tools" }),
    timeline: session.timeline,
    filters: requests.filter,
    types: requests.types,
    table: requests.root,
    summary: requests.summary,
  };
}

async function expectTidyTable(session: SessionPage): Promise<void> {
  const { root } = session.requests;
  expect(await truncatedCells(root, neverCut), "cells that are cut").toEqual([]);
  expect(await overflowingCells(root), "cells whose text runs out of them").toEqual([]);
  expect(await overlappingCells(root), "cells over each other").toEqual([]);
  expect(await overlappingHeaderTexts(root), "texts of the header over each other").toEqual([]);
}
