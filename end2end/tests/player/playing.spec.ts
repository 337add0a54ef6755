// Opening a recording, playing it, and going back and forth in it.
import { expect, test } from "../../support/player.ts";
import { counter, RecordedPage } from "../../support/recorded-page.ts";

test("opening reports the first and last time and the viewport of the recording", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  page.add(0, 0, {}).add(1, 5, {});
  page.snapshot(20, [page.element("h1", {}, page.text("Hello"))], [], { width: 640, height: 480 });
  page.add(3, 900, { source: 4, width: 320, height: 480 });
  const opened = await player.open(page.texts);
  expect(opened).toMatchObject({ first: 20, last: 900, events: 5, dropped: 0, width: 640, height: 480 });
});

test("seeking forward and backward shows the page as it was at that time", async ({ player }) => {
  await player.visit();
  await player.open(counter(100, 100).texts);
  const text = player.recorded.locator("#counter");
  for (const to of [5_000, 9_900, 300, 0, 7_050]) {
    expect(await player.seek(to)).toMatchObject({ at: to });
    await expect(text).toHaveText(String(Math.floor(to / 100) * 100));
  }
});

test("a seek applies the events at its target", async ({ player }) => {
  await player.visit();
  await player.open(counter(20, 10).texts);
  await player.seek(50);
  await expect(player.recorded.locator("#counter")).toHaveText("50");
  await player.seek(49);
  await expect(player.recorded.locator("#counter")).toHaveText("40");
});

test("no page is shown before the first full snapshot", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  page
    .snapshot(1_000, [page.element("h1", {}, page.text("Hello"))])
    .add(3, 2_000, { source: 4, width: 800, height: 600 });
  await player.open(page.texts);
  await player.seek(500);
  const document = player.page.frameLocator("#player");
  await expect(document.getByText("The page was not recorded yet")).toBeVisible();
  await player.seek(1_000);
  await expect(player.recorded.locator("h1")).toHaveText("Hello");
  await expect(document.getByText("The page was not recorded yet")).toBeHidden();
  await player.seek(0);
  await expect(document.getByText("The page was not recorded yet")).toBeVisible();
});

test("playback runs in real time, reports its time and ends at the last event", async ({ player }) => {
  await player.visit();
  await player.open(counter(60, 10).texts);
  await player.request({ type: "play", at: 100 }, "ended");
  await expect(player.recorded.locator("#counter")).toHaveText("590");
  const times = (await player.reports("time")).map(({ at }) => at as number);
  expect(times.length).toBeGreaterThan(3);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(times[0]).toBeGreaterThanOrEqual(100);
  expect(times.at(-1)).toBe(590);
});

test("playback continues across full snapshots and from before the first one", async ({ player }) => {
  await player.visit();
  const page = counter(60, 10, 20);
  page.events.forEach((event) => (event.timestamp += 100));
  await player.open(page.texts);
  await player.request({ type: "play", at: 0 }, "ended");
  await expect(player.recorded.locator("#counter")).toHaveText("590");
});

test("playback resumes from the time that pause reports", async ({ player }) => {
  await player.visit();
  await player.open(counter(200, 10).texts);
  await player.request({ type: "play", at: 0 }, "time");
  const { at } = await player.request({ type: "pause" }, "paused");
  const shown = Number(await player.recorded.locator("#counter").textContent());
  expect(Math.abs(shown - (at as number))).toBeLessThanOrEqual(10);
  await player.request({ type: "play", at: at as number }, "ended");
  await expect(player.recorded.locator("#counter")).toHaveText("1990");
  await player.request({ type: "pause", at: 1_000 }, "seeked");
  await expect(player.recorded.locator("#counter")).toHaveText("1000");
});

test("the speed applies when it is set before and during playback", async ({ player }) => {
  await player.visit();
  await player.open(counter(100, 200).texts);
  await player.send({ type: "speed", value: 16 });
  const began = Date.now();
  await player.request({ type: "play", at: 0 }, "ended");
  const took = Date.now() - began;
  expect(took, "19.8 s at 16 times the speed").toBeGreaterThan(1_000);
  expect(took).toBeLessThan(8_000);
  await expect(player.recorded.locator("#counter")).toHaveText("19800");
});

test("only the newest of several pending seeks is processed", async ({ player }) => {
  await player.visit();
  await player.open(counter(8_000, 1).texts);
  await player.seek(1);
  const from = await player.count();
  await player.send(...[5_000, 7_500, 2_000, 6_000].map((to) => ({ type: "seek", to })));
  const seeked = await player.next("seeked", from);
  expect(seeked).toMatchObject({ at: 6_000 });
  await expect(player.recorded.locator("#counter")).toHaveText(/^600[01]$/);
  const reported = (await player.reports()).slice(from).map(({ type, at }) => `${type} ${String(at)}`);
  expect(reported).toEqual(["seeking 5000", "seeking 7500", "seeking 2000", "seeking 6000", "seeked 6000"]);
});

test("playback continues after a seek", async ({ player }) => {
  await player.visit();
  await player.open(counter(400, 10).texts);
  await player.request({ type: "play", at: 0 }, "time");
  const from = await player.count();
  await player.request({ type: "seek", to: 3_500 }, "ended");
  const reported = (await player.reports()).slice(from);
  const after = reported.slice(reported.findIndex(({ type }) => type === "seeked"));
  const times = after.filter(({ type }) => type === "time").map(({ at }) => at as number);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(3_500);
  expect(times.at(-1)).toBe(3_990);
});

test("the page is scaled to fit the pane and magnified only on request", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  page.snapshot(0, [], [], { width: 1_600, height: 600 }).add(3, 500, { source: 4, width: 400, height: 300 });
  await player.open(page.texts);
  await player.seek(0);
  const sheet = player.page.frameLocator("#player").locator("#stage");
  await expect.poll(async () => (await sheet.boundingBox())?.width).toBeCloseTo(800);
  await player.request({ type: "seek", to: 500 }, "seeked");
  expect((await player.reports("resized")).at(-1)).toMatchObject({ width: 400, height: 300 });
  expect((await sheet.boundingBox())?.width).toBeCloseTo(400);
  await player.send({ type: "zoom", value: 4 });
  await expect.poll(async () => (await sheet.boundingBox())?.width).toBeCloseTo(800);
});

test("seeking backward reverts a replaced style sheet", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  const style = page.element("style", { _cssText: "h1 { color: rgb(1, 2, 3); }" });
  page.snapshot(0, [page.element("h1", {}, page.text("Hello"))], [style]);
  page
    .change(500, style.id, { _cssText: "h1 { color: rgb(4, 5, 6); }" })
    .add(3, 1_000, { source: 4, width: 800, height: 600 });
  await player.open(page.texts);
  const title = player.recorded.locator("h1");
  for (const [to, colour] of [
    [100, "rgb(1, 2, 3)"],
    [600, "rgb(4, 5, 6)"],
    [100, "rgb(1, 2, 3)"],
  ] as const) {
    await player.seek(to);
    await expect(title).toHaveCSS("color", colour);
  }
});

test("opening another recording replaces the current one", async ({ player }) => {
  await player.visit();
  await player.open(counter(50, 10).texts);
  await player.seek(200);
  const page = new RecordedPage();
  page.snapshot(0, [page.element("h1", {}, page.text("Another"))]).add(3, 100, { source: 4, width: 800, height: 600 });
  await player.open(page.texts);
  await player.seek(50);
  await expect(player.recorded.locator("h1")).toHaveText("Another");
  await expect(player.page.frameLocator("#player").locator("iframe")).toHaveCount(1);
});

test("additions are applied in any order within their event", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  const list = page.element("ul");
  page.snapshot(0, [page.element("footer"), list]);
  const items = ["a", "b", "c"].map((name) => page.element("li", { id: name }));
  const texts = items.map((_, index) => page.text(`word ${index}`));
  const [a, b, c] = items.map(({ id }) => id);
  // Texts before their items, and each item before its next sibling; one names a sibling with
  // another parent.
  const adds = [
    ...texts.map((node, index) => ({ parentId: items[index]?.id, nextId: null, node })),
    { parentId: list.id, nextId: b, node: items[0] },
    { parentId: list.id, nextId: c, node: items[1] },
    { parentId: list.id, nextId: page.ids.head, node: items[2] },
  ];
  page.mutation(100, { adds });
  // A move as recorders write it: the node is removed, and added again with its descendants.
  const moved = {
    removes: [{ parentId: list.id, id: a }],
    adds: [
      { parentId: list.id, nextId: null, node: items[0] },
      { parentId: a, nextId: null, node: texts[0] },
    ],
  };
  page.mutation(200, moved).mutation(300, { texts: [{ id: texts[0]?.id, value: "moved" }] });
  await player.open(page.texts);
  const shown = player.recorded.locator("li");
  await player.seek(150);
  await expect(shown).toHaveText(["word 0", "word 1", "word 2"]);
  await player.seek(250);
  await expect(shown).toHaveText(["word 1", "word 2", "word 0"]);
  await player.seek(300);
  await expect(shown).toHaveText(["word 1", "word 2", "moved"]);
  await player.request({ type: "play", at: 0 }, "ended");
  await expect(shown).toHaveText(["word 1", "word 2", "moved"]);
});

test("the time and type from the app take precedence over those in the text", async ({ player }) => {
  await player.visit();
  const page = counter(50, 10);
  const texts = page.events.map(({ type, data, timestamp }, at) => {
    const forms = [
      { type: String(type), timestamp: String(timestamp) },
      { type, timestamp: timestamp / 1_000 },
      { type, timestamp: timestamp * 1_000 },
      { timestamp: new Date(timestamp).toISOString() },
    ];
    return JSON.stringify({ ...forms[at % forms.length], data });
  });
  expect(await player.open(texts, "opened", page.events)).toMatchObject({
    first: 0,
    last: 490,
    events: page.events.length,
    dropped: 0,
  });
  await player.seek(250);
  await expect(player.recorded.locator("#counter")).toHaveText("250");
});

test("an element in a frame of the page is marked, and one that is not there is reported", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  const frame = page.element("iframe", { style: "position: absolute; left: 100px; top: 50px; border: 0" });
  page.snapshot(0, [frame]);
  const button = page.element("button", { style: "position: absolute; left: 20px; top: 10px; width: 80px" });
  const body = page.element("body", { style: "margin: 0" }, button);
  const inner = { type: 0, id: 900, childNodes: [page.element("html", {}, page.element("head"), body)] };
  page.mutation(10, { adds: [{ parentId: frame.id, nextId: null, node: inner }], isAttachIframe: true });
  page.mutation(500, { removes: [{ parentId: page.ids.body, id: frame.id }] });
  await player.open(page.texts);
  await player.seek(100);
  expect(await player.request({ type: "highlight", node: button.id }, "highlighted")).toMatchObject({ state: "shown" });
  const mark = player.page.frameLocator("#player").locator("#highlight");
  await expect(mark).toHaveCSS("left", "120px");
  await expect(mark).toHaveCSS("width", "80px");
  await player.seek(600);
  await expect(mark).toHaveCount(0);
  const missing = await player.request({ type: "highlight", node: button.id }, "highlighted");
  expect(missing).toMatchObject({ node: button.id, state: "missing" });
});
