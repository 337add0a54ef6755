// The page replayed, in step with the tables.
import { fileURLToPath } from "node:url";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { Replay } from "../support/pages/replay.ts";
import { zip } from "../support/zip.ts";

const chat = demo.row("/ws/chat", 0);

test("the demo session shows and plays its page", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src);
  await expect(replay.recorded.getByText("Lantern Street Market").first()).toBeVisible();
  await replay.play.click();
  await expect.poll(() => replay.at()).toBeGreaterThan(1500);
  await replay.pause.click();
  const stopped = await replay.at();
  await expect(replay.play).toBeVisible();
  await session.expectParameter("t", String(stopped));
});

test("during playback the current row changes and future rows are marked", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src, { t: "1030" });
  const current = session.requests.root.locator('[aria-current="time"]');
  await expect(current).toHaveCount(1);
  const before = Number(await current.getAttribute("aria-rowindex"));
  await expect(session.requests.at(before)).toHaveAttribute("data-moment", "later");
  await replay.play.click();
  await expect.poll(async () => Number(await current.getAttribute("aria-rowindex"))).toBeGreaterThan(before);
  await replay.pause.click();
});

test("clicking the time of a message seeks to it", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src, { row: String(chat), mq: '"Six leeks"' });
  await session.messages.expectRowCount(3);
  const said = session.messages.rows.filter({ hasText: "Six leeks" });
  await session.messages.cellOf(said.first(), "time").click();
  await expect(session.messages.root.locator('[aria-current="time"]')).toContainText("Six leeks");
  // The page wrote it down as it sent it; the next thing that it says is not there yet.
  await page.keyboard.press("ArrowRight");
  await expect(replay.recorded.getByText("Six leeks")).toBeVisible();
  const filter = page.getByRole("searchbox", { name: "Filter messages" });
  await filter.fill("");
  await filter.blur();
  await session.messages.expectRowCount(demo.messages("/ws/chat") + 2);
  await session.messages.wheel(-10_000);
  await session.messages.cellOf(session.messages.at(4), "time").click();
  await expect(replay.recorded.getByText("Six leeks")).toHaveCount(0);
});

test("clicking the start of a row seeks to it and writes the time to the URL", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src);
  await session.requests.cell(chat, "start").click();
  await expect(session.requests.root.locator('[aria-current="time"]')).toHaveAttribute("data-row", String(chat));
  const at = Math.round(await replay.at());
  await session.expectParameter("t", String(at));
  await page.reload();
  await replay.expectAt(at);
});

test("keyboard shortcuts play, step, and seek to the selected row", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src, { t: "5000" });
  await replay.expectAt(5000);
  await session.requests.focus();
  await page.keyboard.press("ArrowRight");
  await replay.expectAt(6000);
  await page.keyboard.press("Shift+ArrowLeft");
  await replay.expectAt(1000);
  await page.keyboard.press(".");
  await expect.poll(() => replay.at()).toBeGreaterThan(1000);
  await page.keyboard.press(",");
  await expect.poll(() => replay.at()).toBeLessThanOrEqual(1000);
  await page.keyboard.press("Home");
  await page.keyboard.press("t");
  await replay.expectAt(0);
  await replay.time.click();
  await page.keyboard.press("Space");
  await expect(replay.pause).toBeVisible();
  await page.keyboard.press("Space");
  await expect(replay.play).toBeVisible();
});

test("clicking the timeline seeks to that time", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src);
  const [start, end] = [
    await page.getByRole("slider", { name: "Range start" }).boundingBox(),
    await page.getByRole("slider", { name: "Range end" }).boundingBox(),
  ];
  if (start === null || end === null) throw new Error("the sliders are on screen");
  await page.mouse.move((start.x + end.x) / 2, start.y + start.height / 2);
  await expect(page.getByRole("tooltip")).toContainText(/0:\d\d\.\d{3}/);
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(() => replay.at()).toBeGreaterThan(5000);
  await session.expectParameter("range", null);
});

test("scrolling by hand stops following until Follow is pressed", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src, { t: "1000" });
  await replay.play.click();
  await session.requests.wheel(400);
  await replay.follow.click();
  await expect(replay.follow).toHaveCount(0);
  await expect(session.requests.root.locator('[aria-current="time"]')).toBeInViewport();
});

test("remote resources are blocked until they are allowed", async ({ session, page }) => {
  const replay = new Replay(page);
  const asked: string[] = [];
  await page.route("https://market.example.test/**", (route) => {
    asked.push(new URL(route.request().url()).pathname);
    return route.abort();
  });
  await page.route("**/sessions/market/events.jsonl", async (route) => {
    const lines = (await (await route.fetch()).text()).split("\n");
    await route.fulfill({ body: lines.filter((line) => !line.includes('"assets":')).join("\n") });
  });
  await session.open(demo.src);
  const allow = replay.region.getByRole("button", { name: "Allow remote content" });
  await expect(allow).toBeVisible();
  expect(asked).toEqual([]);
  await allow.click();
  await expect.poll(() => asked).toContain("/images/logo.svg");
});

test("the tables work when the replay has damaged events only", async ({ session, page }) => {
  const replay = new Replay(page);
  await page.route("**/sessions/market/events.jsonl", (route) =>
    route.fulfill({ body: '{"type":2,"data":{"node":\n\u0000\n[]' }),
  );
  await session.open(demo.src);
  await session.requests.expectRowCount(demo.counts.requests + demo.counts.sockets);
  await expect(replay.emptyNote).toBeVisible();
  await expect(session.notes).toContainText("events.jsonl");
});

test("a recording opened from a file runs no scripts and sends no requests", async ({ home, session, page }) => {
  const replay = new Replay(page);
  const fetched: string[] = [];
  await page.route("**/evil/**", (route) => {
    fetched.push(route.request().url());
    return route.abort();
  });
  await page.exposeFunction("stolen", () => fetched.push("a script ran"));
  await home.visit();
  await home.pickGenerated({ name: "hostile.json", content: JSON.stringify(hostile()) });
  await session.expectLoaded();
  await expect(replay.recorded.getByText("Still here")).toBeVisible();
  await replay.play.click();
  await expect.poll(() => replay.at()).toBeGreaterThan(1500);
  expect(fetched).toEqual([]);
});

test("a HAR shows why it has no replay, and its clock runs", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open("fixtures/har/order.har");
  await expect(replay.emptyNote).toContainText("A HAR contains requests only");
  await expect(replay.region).toHaveCount(0);
  await replay.play.click();
  await expect(session.requests.root.locator('[aria-current="time"]')).toHaveCount(1);
});

test("an idle gap is compressed on the timeline and skipped unless skipping is turned off", async ({
  session,
  page,
}) => {
  const replay = new Replay(page);
  const entry = (second: number): unknown => ({
    startedDateTime: new Date(1_795_300_000_000 + second * 1000).toISOString(),
    time: 100,
    request: { method: "GET", url: `https://a.test/${second}` },
    response: { status: 200 },
  });
  await session.openEntries([entry(0), entry(90)]);
  await expect(session.timeline.getByTitle(/without activity/)).toHaveCount(1);
  await replay.play.click();
  await expect.poll(() => replay.at(), "over the stretch").toBeGreaterThan(85_000);
  await expect(replay.play, "it stops at the end").toBeVisible();
  await replay.controls.getByRole("button", { name: "Go to the start" }).click();
  await replay.controls.getByRole("button", { name: "Skip idle" }).click();
  await replay.controls.getByRole("combobox", { name: "Speed" }).selectOption("4");
  await replay.play.click();
  await expect.poll(() => replay.at(), "into the stretch").toBeGreaterThan(6_000);
  expect(await replay.at()).toBeLessThan(80_000);
});

test("playback at 16 times the speed plays half a minute in two seconds", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src);
  await replay.controls.getByRole("combobox", { name: "Speed" }).selectOption("16");
  await replay.play.click();
  await expect.poll(() => replay.at()).toBeGreaterThan(20_000);
  await expect(replay.play, "it stops at the end").toBeVisible();
});

test("Full screen toggles the full screen mode of the replay", async ({ session, page }) => {
  const replay = new Replay(page);
  await session.open(demo.src);
  const isFull = (): Promise<boolean> => page.evaluate(() => document.fullscreenElement !== null);
  const button = replay.region.getByRole("button", { name: "Full screen" });
  await button.click();
  await expect.poll(isFull).toBe(true);
  await button.click();
  await expect.poll(isFull).toBe(false);
});

test("a Playwright trace shows its screenshots and lists its actions as events", async ({ home, session, page }) => {
  const replay = new Replay(page);
  await home.visit();
  await home.fileInput.setInputFiles(
    fileURLToPath(new URL("../../crates/session/tests/fixtures/playwright/trace.zip", import.meta.url)),
  );
  await session.expectLoaded();
  await expect(replay.screenshot).toBeVisible();
  const first = await replay.screenshot.getAttribute("data-picture");
  await page.getByRole("tab", { name: "Events" }).click();
  const actions = page.getByRole("grid", { name: "Page events" }).locator('[data-kind="action"]');
  await actions.last().click();
  await expect(replay.screenshot).not.toHaveAttribute("data-picture", first ?? "");
});

test("a damaged screenshot shows an error in the replay", async ({ home, session, page }) => {
  const replay = new Replay(page);
  const events = [
    {
      type: "context-options",
      version: 8,
      origin: "library",
      browserName: "chromium",
      options: {},
      wallTime: 1_795_300_000_000,
      monotonicTime: 1000,
    },
    { type: "screencast-frame", pageId: "page@1", sha1: "page@1-1.jpeg", width: 800, height: 600, timestamp: 1200 },
  ];
  const members = [
    { name: "trace.trace", content: events.map((event) => JSON.stringify(event)).join("\n") },
    { name: "resources/page@1-1.jpeg", content: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]) },
  ];
  await home.visit();
  await home.pickGenerated({ name: "trace.zip", content: zip(members) });
  await session.expectLoaded();
  await expect(replay.region.getByRole("status")).toHaveText("The screenshot is damaged: resources/page@1-1.jpeg");
  await expect(replay.screenshot).toHaveCount(0);
});

test("a failed player shows the reason in one sentence", async ({ session, page }) => {
  await page.addInitScript(() => {
    if (!window.location.pathname.endsWith("/replay.html")) return;
    const create = document.createElement.bind(document);
    document.createElement = (name: string): HTMLElement => {
      if (name === "iframe") throw new Error("no more frames");
      return create(name);
    };
  });
  await session.open(demo.src, { t: "9000" });
  const alert = new Replay(page).region.getByRole("alert");
  await expect(alert).toHaveText("The page cannot be replayed: no more frames");
});

/** A page that tries what it can; two seconds long. */
function hostile(): unknown[] {
  let id = 1;
  const start = 1_795_300_000_000;
  const element = (tagName: string, attributes: Record<string, string>, ...childNodes: unknown[]): unknown => ({
    type: 2,
    tagName,
    attributes,
    childNodes,
    id: (id += 1),
  });
  const text = (textContent: string): unknown => ({ type: 3, textContent, id: (id += 1) });
  const body = element(
    "body",
    { onload: "parent.parent.stolen()", style: "background: url(/evil/background.png)" },
    element("p", {}, text("Still here")),
    element("script", { src: "/evil/script.js" }, text("parent.parent.stolen()")),
    element("img", { src: "/evil/image.png", onerror: "parent.parent.stolen()" }),
    element("iframe", { srcdoc: "<script>parent.parent.parent.stolen()</script>" }),
    element("a", { href: "javascript:parent.parent.stolen()", ping: "/evil/ping" }, text("a link")),
    element("link", { rel: "prefetch", href: "/evil/prefetch" }),
    element("object", { data: "/evil/object" }),
  );
  const node = {
    type: 0,
    childNodes: [element("html", {}, element("head", {}, element("base", { href: "/evil/" })), body)],
    id: 1,
  };
  return [
    { type: 4, timestamp: start, data: { href: "https://a.test/", width: 800, height: 600 } },
    { type: 2, timestamp: start + 1, data: { node, initialOffset: { left: 0, top: 0 } } },
    { type: 3, timestamp: start + 2000, data: { source: 1, positions: [{ x: 5, y: 5, id: 1, timeOffset: 0 }] } },
  ];
}
