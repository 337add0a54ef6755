// Where a session opens: at its first visible content, on the first tab with rows.
import { expect, test } from "../support/app.ts";
import { serveSession, start } from "../support/made-session.ts";
import type { SessionPage } from "../support/pages/session.ts";
import { Replay } from "../support/pages/replay.ts";
import { RecordedPage, startedAt, type RecordedNode } from "../support/recorded-page.ts";
import { zip } from "../support/zip.ts";

/** A page that is blank until its script has run: only then is that in it. */
function blankUntil(at: number, fill: (page: RecordedPage, root: RecordedNode) => void): RecordedPage {
  const page = new RecordedPage();
  const root = page.element("div", { id: "root" });
  const sprite = page.svg("svg", { style: "display: none" }, page.svg("symbol", { id: "icon" }, page.svg("path")));
  page.snapshot(
    0,
    [root, sprite, page.element("script", {}, page.text("run()")), page.text("\n  ")],
    [page.element("title", {}, page.text("Shop"))],
  );
  page.mutation(at / 2, { attributes: [{ id: root.id, attributes: { class: "loading" } }] });
  fill(page, root);
  return page.add(3, 6_000, { source: 4, width: 800, height: 600 });
}

const inSession = (page: RecordedPage): object[] =>
  page.events.map((event) => ({ ...event, timestamp: event.timestamp - startedAt + start }));

async function openRecording(
  session: SessionPage,
  page: RecordedPage,
  view: Record<string, string> = {},
): Promise<void> {
  await session.serveFile("made-recording.json", JSON.stringify(page.events));
  await session.open("made-recording.json", view);
}

/** Adds a node with a text in it. */
function fillText(page: RecordedPage, root: RecordedNode, at: number): void {
  const heading = page.element("h1");
  page.mutation(at, {
    adds: [
      { parentId: root.id, nextId: null, node: heading },
      { parentId: heading.id, nextId: null, node: page.text("Welcome") },
    ],
  });
}

const fillings: [string, (page: RecordedPage, root: RecordedNode) => void][] = [
  ["a text", (page, root) => fillText(page, root, 2_000)],
  [
    "an image",
    (page, root) =>
      page.append(2_000, root.id, page.element("img", { src: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" })),
  ],
  ["a field", (page, root) => page.append(2_000, root.id, page.element("input", { type: "text" }))],
  ["a drawing", (page, root) => page.append(2_000, root.id, page.svg("svg", { width: 10 }))],
  ["a second page", (page) => page.snapshot(2_000, [page.element("p", {}, page.text("Welcome"))])],
];

for (const [name, fill] of fillings) {
  test(`a page that is blank at first opens at the time it shows ${name}`, async ({ session, page }) => {
    const src = await serveSession(session, {
      resources: [
        { id: "1", kind: "http", method: "GET", url: "https://shop.example.test/", startedAt: start, status: 200 },
      ],
      events: inSession(blankUntil(2_000, fill)),
    });
    await session.open(src);
    await new Replay(page).expectAt(2_000);
    await session.expectParameter("t", null);
  });
}

/** A Playwright trace with pictures of the page, in milliseconds from its start, and an action that ends after five seconds. */
function traceWithPictures(times: readonly number[]): Buffer {
  const wallTime = 1_795_300_000_000;
  const context = { type: "context-options", version: 8, origin: "library", browserName: "chromium", options: {} };
  const action = { class: "Page", method: "click", params: { selector: "#buy" }, pageId: "page@1" };
  const events = [
    { ...context, wallTime, monotonicTime: 1_000 },
    { type: "before", callId: "call@1", startTime: 1_000, ...action },
    ...times.map((at) => ({
      type: "screencast-frame",
      pageId: "page@1",
      sha1: `at-${at}.png`,
      width: 800,
      height: 600,
      timestamp: 1_000 + at,
    })),
    { type: "after", callId: "call@1", endTime: 6_000 },
  ];
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==",
    "base64",
  );
  return zip([
    { name: "trace.trace", content: events.map((event) => JSON.stringify(event)).join("\n") },
    ...times.map((at) => ({ name: `resources/at-${at}.png`, content: png })),
  ]);
}

test("a session of screenshots opens at its first screenshot", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.serveFile("pictures.zip", traceWithPictures([2_000, 3_000]));
  await session.open("pictures.zip");
  await expect(replay.screenshot).toHaveAttribute("data-picture", "resources/at-2000.png");
  await replay.expectAt(2_000);
  await session.expectParameter("t", null);
});

test("the time in a link takes precedence over the first screenshot", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.serveFile("pictures.zip", traceWithPictures([2_000, 3_000]));
  await session.open("pictures.zip", { t: "3500" });
  await expect(replay.screenshot).toHaveAttribute("data-picture", "resources/at-3000.png");
  await replay.expectAt(3_500);
});

test("a session whose first screenshot is at its start opens without a playhead", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.serveFile("pictures.zip", traceWithPictures([0, 3_000]));
  await session.open("pictures.zip");
  await expect(replay.screenshot).toHaveAttribute("data-picture", "resources/at-0.png");
  await expect(replay.playhead).toHaveCount(0);
});

test("the time in a link takes precedence over the first visible content", async ({ session, page }) => {
  const replay = new Replay(page);
  await openRecording(
    session,
    blankUntil(2_000, (page, root) => fillText(page, root, 2_000)),
    { t: "500" },
  );
  await expect(replay.recorded.locator("#root")).toBeAttached();
  await replay.expectAt(500);
});

test("a page with visible content at its start opens without a playhead", async ({ session, page }) => {
  const made = new RecordedPage();
  made.snapshot(0, [made.element("p", {}, made.text("Welcome"))]).add(3, 6_000, { source: 4, width: 800, height: 600 });
  const replay = new Replay(page);
  await openRecording(session, made);
  await expect(replay.recorded.getByText("Welcome")).toBeVisible();
  await expect(replay.playhead).toHaveCount(0);
  await expect(page.locator('[aria-current="time"]')).toHaveCount(0);
});

test.describe("a session without requests", () => {
  const shown = (): RecordedPage =>
    blankUntil(2_000, (page, root) => fillText(page, root, 2_000)).add(3, 3_000, {
      source: 2,
      type: 2,
      id: 5,
      x: 5,
      y: 5,
    });

  test("opens on Events, with most of the width for the replay, and keeps this layout", async ({ session, page }) => {
    await session.serveFile("made-recording.json", JSON.stringify(shown().events));
    await session.startOpening("made-recording.json");
    const replay = new Replay(page);
    await expect(page.getByRole("tab", { name: "Events" })).toHaveAttribute("aria-selected", "true");
    const early = await replay.region.boundingBox();
    await expect(replay.recorded.getByText("Welcome")).toBeVisible();
    expect(await replay.region.boundingBox()).toEqual(early);
    expect(early?.width).toBeGreaterThan((page.viewportSize()?.width ?? 0) / 2);
    await session.expectParameter("tab", null);
  });

  test("opens on the tab in a link, and writes another tab to the URL", async ({ session, page }) => {
    await openRecording(session, shown(), { tab: "network" });
    await expect(page.getByRole("tab", { name: "Network" })).toHaveAttribute("aria-selected", "true");
    await page.getByRole("tab", { name: "Events" }).click();
    await session.expectParameter("tab", null);
    await page.getByRole("tab", { name: "Network" }).click();
    await session.expectParameter("tab", "network");
    await page.reload();
    await expect(page.getByRole("tab", { name: "Network" })).toHaveAttribute("aria-selected", "true");
  });

  test("opens on Console where that has entries", async ({ session, page }) => {
    const src = await serveSession(session, {
      console: [{ time: start + 100, level: "error", text: "Broken" }],
      events: inSession(shown()),
    });
    await session.open(src);
    await expect(page.getByRole("tab", { name: "Console" })).toHaveAttribute("aria-selected", "true");
  });

  test("opens on Network where all tabs are empty", async ({ session, page }) => {
    const src = await serveSession(session, {});
    await session.open(src);
    await expect(page.getByRole("tab", { name: "Network" })).toHaveAttribute("aria-selected", "true");
  });
});
