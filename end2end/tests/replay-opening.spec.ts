// Where a session opens: at the first moment that shows something, on the tab that has something in it.
import { expect, test } from "../support/app.ts";
import { serveSession, start } from "../support/made-session.ts";
import type { SessionPage } from "../support/pages/session.ts";
import { Replay } from "../support/pages/replay.ts";
import { RecordedPage, startedAt, type RecordedNode } from "../support/recorded-page.ts";

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
  test(`a page that is blank at first opens where it shows ${name}`, async ({ session, page }) => {
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

test("the moment of a link wins", async ({ session, page }) => {
  const replay = new Replay(page);
  await openRecording(
    session,
    blankUntil(2_000, (page, root) => fillText(page, root, 2_000)),
    { t: "500" },
  );
  await expect(replay.recorded.locator("#root")).toBeAttached();
  await replay.expectAt(500);
});

test("a page that shows something at first opens there, with no moment chosen", async ({ session, page }) => {
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

  test("opens on Events, with most of the width for the page, and stays as it is", async ({ session, page }) => {
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

  test("the tab of a link wins, and another tab is named in the address", async ({ session, page }) => {
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

  test("opens on Network where nothing is in any tab", async ({ session, page }) => {
    const src = await serveSession(session, {});
    await session.open(src);
    await expect(page.getByRole("tab", { name: "Network" })).toHaveAttribute("aria-selected", "true");
  });
});
