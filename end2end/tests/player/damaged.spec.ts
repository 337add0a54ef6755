// Recordings that are packed, damaged or cut: what makes sense is played, what does not is counted.
import { deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "../../support/player.ts";
import { counter, RecordedPage } from "../../support/recorded-page.ts";

const latin1 = (bytes: Buffer): string => bytes.toString("latin1");
const gzipped = (value: unknown): string => latin1(gzipSync(JSON.stringify(value)));

test("events packed by rrweb are unpacked", async ({ player }) => {
  await player.visit();
  const page = counter(200, 10);
  const packed = page.texts.map((text) => JSON.stringify(latin1(deflateSync(text))));
  expect(await player.open(packed, "opened", page.events)).toMatchObject({ events: 201, dropped: 0 });
  await player.seek(1_500);
  await expect(player.recorded.locator("#counter")).toHaveText("1500");
});

test("fields that PostHog packed are unpacked", async ({ player }) => {
  await player.visit();
  const page = counter(3, 10);
  const [meta, snapshot, first, second] = page.events;
  const unpackedField = { source: 0, texts: [], attributes: [], removes: [], adds: [] };
  const texts = [
    meta,
    { ...snapshot, data: gzipped(snapshot?.data), cv: "2024-10", windowId: "w" },
    {
      ...first,
      data: { ...unpackedField, texts: gzipped((first?.data as { texts: unknown }).texts), adds: gzipped([]) },
      cv: "2024-10",
    },
    second,
  ].map((event) => JSON.stringify(event));
  expect(await player.open(texts)).toMatchObject({ events: 4, dropped: 0 });
  await player.seek(10);
  await expect(player.recorded.locator("#counter")).toHaveText("10");
});

test("damaged events are dropped and counted, and the others are played", async ({ player }) => {
  await player.visit();
  const { texts } = counter(20, 10);
  const damaged = [
    "",
    "{",
    "null",
    "7",
    "[]",
    `"no zlib"`,
    `"\u0100"`,
    JSON.stringify(latin1(deflateSync("{}").subarray(0, 5))),
    `{"type":3}`,
    `{"type":99,"data":{},"timestamp":1700000000050}`,
    `{"type":2,"data":{"node":{"type":2,"id":1}},"timestamp":1700000000050}`,
    `{"type":3,"data":{"source":1,"positions":[]},"timestamp":1700000000050}`,
    `{"type":3,"data":{"source":77},"timestamp":1700000000050}`,
    `{"type":2,"data":"\u001f\u008b","cv":"2024-10","timestamp":1700000000050}`,
  ];
  const opened = await player.open([...texts.slice(0, 8), ...damaged, ...texts.slice(8)]);
  expect(opened).toMatchObject({ events: texts.length, dropped: damaged.length });
  await player.seek(190);
  await expect(player.recorded.locator("#counter")).toHaveText("190");
});

test("an event that the replayer cannot apply is skipped when seeking and when playing", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  const text = page.text("0");
  const box = page.element("p", { id: "counter" }, text);
  const link = page.element("link", { rel: "icon" });
  page.snapshot(0, [box], [link]);
  // A rule for what is no style sheet, a selection without ranges, a font that is none.
  page.add(3, 100, { source: 8, id: link.id, adds: [{ rule: "p {}" }] });
  page.add(3, 110, { source: 14 }).add(3, 120, { source: 10, family: "F", fontSource: "[", buffer: true });
  page
    .add(3, 130, { source: 15, id: 1, styles: [{ styleId: 1, rules: 7 }] })
    .add(3, 140, { source: 13, id: box.id, index: [], set: {} });
  page.add(3, 150, { source: 2, type: 2, id: text.id, x: 1, y: 1 }).add(3, 155, { source: 3, id: text.id, x: 1, y: 1 });
  page.append(160, text.id, page.element("i")).append(170, 4_711, page.element("i"));
  page
    .mutation(200, { texts: [{ id: text.id, value: "200" }] })
    .mutation(400, { texts: [{ id: text.id, value: "400" }] });
  await player.open(page.texts);
  await player.seek(300);
  await expect(player.recorded.locator("#counter")).toHaveText("200");
  await player.request({ type: "play", at: 0 }, "ended");
  await expect(player.recorded.locator("#counter")).toHaveText("400");
});

test("a recording without a full snapshot fails with the reason", async ({ player }) => {
  await player.visit();
  const { texts } = counter(5, 10);
  expect(
    await player.open(
      texts.filter((_, index) => index !== 1),
      "failed",
    ),
  ).toMatchObject({
    reason: "the recording has no full DOM snapshot",
  });
  expect(await player.open([], "failed")).toMatchObject({ reason: "the recording has no DOM events" });
  expect(await player.open(["{", texts[0] ?? ""], "failed")).toMatchObject({
    reason: expect.stringContaining("1 of 2 events are damaged"),
  });
  // And it is still there for another recording.
  expect(await player.open(texts)).toMatchObject({ dropped: 0 });
});

test("events whose end is outside the text or before its start are dropped", async ({ player }) => {
  await player.visit();
  const text = counter(3, 10).texts.join("");
  const from = await player.count();
  await player.page.evaluate((text) => {
    const bytes = new TextEncoder().encode(text);
    const ends = Uint32Array.from([5, 3, 4_000_000_000, 7]);
    const [times, types] = [new Float64Array(4), new Uint8Array(4)];
    const frame = document.querySelector<HTMLIFrameElement>("#player");
    frame?.contentWindow?.postMessage(
      { type: "open", text: bytes.buffer, ends: ends.buffer, times: times.buffer, types: types.buffer, origin: 0 },
      location.origin,
    );
  }, text);
  expect(await player.next("failed", from)).toMatchObject({
    reason: expect.stringContaining("4 of 4 events are damaged"),
  });
});

test("invalid requests and those from other windows are ignored", async ({ player }) => {
  await player.visit();
  await player.send(
    { type: "seek", to: 5 },
    { type: "open", text: "{}", ends: [], origin: 0 },
    { type: "play" },
    { type: "none" },
  );
  await player.open(counter(5, 10).texts);
  await player.send(
    { type: "seek", to: "5" },
    { type: "seek", to: null },
    { type: "speed", value: "x" },
    { type: "zoom" },
  );
  const from = await player.count();
  // From the player's own window, not from the app's.
  const document = player.page.frames().find((frame) => frame.url().endsWith("/replay.html"));
  await document?.evaluate(() => window.postMessage({ type: "seek", to: 20 }, location.origin));
  await player.seek(40);
  expect((await player.reports("seeking")).filter(({ at }) => at === 20)).toEqual([]);
  expect((await player.reports()).slice(from).map(({ type }) => type)).toEqual(["seeking", "seeked"]);
});

test("a decompression bomb is dropped", async ({ player }) => {
  await player.visit();
  const bomb = JSON.stringify(latin1(deflateSync(Buffer.alloc(80 * 1024 * 1024, 32))));
  const { texts } = counter(5, 10);
  expect(await player.open([...texts, bomb])).toMatchObject({ events: texts.length, dropped: 1 });
});

test("nodes deeper than the limit are removed from snapshots and mutations", async ({ player }) => {
  await player.visit();
  const page = new RecordedPage();
  let deep = page.element("i", { id: "bottom" });
  for (let level = 0; level < 1_500; level += 1) deep = page.element("div", {}, deep);
  const root = page.element("main", { id: "top" });
  page.snapshot(0, [root, deep]);
  let parent = root.id;
  for (let level = 0; level < 5_000; level += 1) {
    const node = page.element("div", { class: "added" });
    page.append(10 + level / 100, parent, node);
    parent = node.id;
  }
  expect(await player.open(page.texts)).toMatchObject({ dropped: 0 });
  await player.seek(60);
  await expect(player.recorded.locator("#top")).toBeAttached();
  await expect(player.recorded.locator("#bottom")).toHaveCount(0);
  const added = await player.recorded.locator(".added").count();
  expect(added).toBeGreaterThan(400);
  expect(added).toBeLessThan(512);
});
