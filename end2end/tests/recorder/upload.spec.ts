// What a batch says besides its records, and what an endpoint can ask for in its responses.
import type { Page } from "@playwright/test";
import { installClock } from "../../support/lab/clock.ts";
import { contents, expect, test, type Lab, type RecordedPage } from "../../support/lab/test.ts";

/** Options that deliver to an endpoint that one test uses. */
const delivering = (lab: Lab, name: string): typeof contents => ({
  ...contents,
  disableDomRecording: true,
  endpoint: `${lab.origin}/collect/${name}`,
});

const sessionId = (page: Page): Promise<string> => page.evaluate(() => window.recorder.sessionId);

const batchesOf = (lab: Lab, id: string): typeof lab.collector.received =>
  lab.collector.received.filter(({ head }) => head.session === id);

const log = (page: Page, text: string): Promise<void> =>
  page.evaluate((text) => (console.log(text), window.recorder.flush()), text);

/** Longer than what is sent without compression. */
const longText = (text: string): string => `${text} `.repeat(500);

test.afterEach(({ lab }) => {
  lab.collector.headers = {};
  lab.collector.rejectsGzip = false;
});

test("a session names its user, its tags and its release, redacted", async ({ recorded, lab, page }) => {
  await recorded.open({
    ...delivering(lab, "labels"),
    user: "mia",
    tags: ["beta", "Bearer abcdef123456"],
    release: "2.4.0",
  });
  await log(page, "of mia");
  const id = await sessionId(page);
  expect(batchesOf(lab, id).at(-1)?.head.manifest).toMatchObject({
    user: "mia",
    tags: ["beta", "Bearer [REDACTED]"],
    release: "2.4.0",
  });
  expect((await recorded.files()).manifest).toMatchObject({ user: "mia", release: "2.4.0" });
});

test("a user who logs in later is the session's, on the next page too", async ({ recorded, lab, page }) => {
  await recorded.open(delivering(lab, "identify"));
  const id = await sessionId(page);
  await log(page, "before");
  expect(batchesOf(lab, id).at(-1)?.head.manifest.user).toBeUndefined();
  // Without any other activity.
  await page.evaluate(() => (window.recorder.identify("mia"), window.recorder.flush()));
  expect(batchesOf(lab, id).at(-1)?.head.manifest.user).toBe("mia");
  await page.reload();
  expect(await sessionId(page)).toBe(id);
  await log(page, "after");
  expect(batchesOf(lab, id).at(-1)?.head.manifest.user).toBe("mia");
  await page.evaluate(() => (window.recorder.identify(), window.recorder.flush()));
  expect(batchesOf(lab, id).at(-1)?.head.manifest.user).toBeUndefined();
});

test("a batch says when it was sent, and the last one that it is the last", async ({ recorded, lab, page }) => {
  await recorded.open(delivering(lab, "final"));
  const id = await sessionId(page);
  const start = await page.evaluate(() => Date.now());
  await log(page, "one");
  await page.evaluate(async () => {
    console.log("the last");
    await window.recorder.stop();
    // Nothing follows.
    await window.recorder.flush();
    await window.recorder.zip();
  });
  const heads = batchesOf(lab, id).map(({ head }) => head);
  expect(heads.map(({ final }) => final)).toEqual([...heads.slice(1).map(() => undefined), true]);
  expect(heads.at(-1)?.manifest.endedAt).toBeGreaterThan(0);
  for (const { sentAt } of heads) {
    expect(sentAt).toBeGreaterThanOrEqual(start - 60_000);
    expect(sentAt).toBeLessThanOrEqual(await page.evaluate(() => Date.now()));
  }
});

test("what an unloading page sends is sent by the next page with the same bytes", async ({ recorded, lab, page }) => {
  await recorded.open(delivering(lab, "unload"));
  const id = await sessionId(page);
  await page.evaluate(() => console.log("last words"));
  await page.reload();
  await log(page, "of the next page");
  const copies = batchesOf(lab, id).filter(({ lines }) => JSON.stringify(lines).includes("last words"));
  expect(copies.length).toBeGreaterThanOrEqual(1);
  expect(new Set(copies.map(({ head, lines }) => JSON.stringify([head, lines]))).size).toBe(1);
});

test("batches are compressed once the endpoint has said that it accepts gzip", async ({ recorded, lab, page }) => {
  await recorded.open(delivering(lab, "gzip"));
  const id = await sessionId(page);
  await log(page, longText("to an unknown endpoint"));
  lab.collector.headers = { "Replayscope-Accept": "gzip" };
  await log(page, longText("to hear of it"));
  await log(page, longText("compressed"));
  const encodings = batchesOf(lab, id).map(({ headers }) => headers["content-encoding"]);
  expect(encodings).toEqual([...encodings.slice(1).map(() => undefined), "gzip"]);
  expect(lab.collector.session(id).console.map(({ args }) => String(args[0]).trim().slice(0, 10))).toEqual([
    "to an unkn",
    "to hear of",
    "compressed",
  ]);
});

test("an endpoint that rejects gzip after all gets every batch without it", async ({ recorded, lab, page }) => {
  lab.collector.headers = { "Replayscope-Accept": "gzip" };
  lab.collector.rejectsGzip = true;
  await recorded.open(delivering(lab, "no-gzip"));
  const id = await sessionId(page);
  for (const text of ["one", "two", "three"]) await log(page, longText(text));
  expect(batchesOf(lab, id).filter(({ headers }) => "content-encoding" in headers)).toEqual([]);
  expect(lab.collector.session(id).console).toHaveLength(3);
});

/** Milliseconds of the page's clock between the deliveries of two entries. */
async function intervalOf({ lab, page }: { lab: Lab; page: Page }, id: string): Promise<number> {
  await page.evaluate(() => window.recorder.flush());
  const before = batchesOf(lab, id).length;
  const start = await page.evaluate(() => (console.log("waiting"), Date.now()));
  await expect
    .poll(async () => (await page.clock.runFor(500), batchesOf(lab, id).length), { intervals: [20], timeout: 20_000 })
    .toBeGreaterThan(before);
  return (await page.evaluate(() => Date.now())) - start;
}

for (const [value, min, max] of [
  ["10", 9_000, 14_000],
  ["0.01", 0, 3_000],
  ["soon", 1_000, 5_000],
] as const) {
  test(`batches follow the interval that the endpoint asks for: ${value}`, async ({ recorded, lab, page }) => {
    await installClock(page);
    lab.collector.headers = { "Replayscope-Interval": value };
    await recorded.open(delivering(lab, "interval"));
    const interval = await intervalOf({ lab, page }, await sessionId(page));
    expect(interval).toBeGreaterThanOrEqual(min);
    expect(interval).toBeLessThanOrEqual(max);
  });
}

test("an endpoint that is gone ends the recording, and what waits for it is dropped", async ({
  recorded,
  lab,
  page,
}) => {
  const warnings: string[] = [];
  page.on("console", (message) => warnings.push(message.text()));
  await recorded.open(delivering(lab, "gone"));
  const id = await sessionId(page);
  await log(page, "accepted");
  const accepted = batchesOf(lab, id).length;
  lab.collector.failures.push(503, 410);
  await page.evaluate(() => {
    console.log("not delivered");
    void window.recorder.flush();
  });
  await expect.poll(() => warnings.filter((text) => text.includes("accepts no more batches")).length).toBe(1);
  await page.evaluate(() => (console.log("after the end"), window.recorder.flush()));
  expect(batchesOf(lab, id)).toHaveLength(accepted);
  expect((await recorded.files()).console.map(({ args }) => args[0])).toEqual(["accepted"]);
  // The next page asks again, for a session of its own.
  await page.reload();
  expect(await sessionId(page)).not.toBe(id);
  await log(page, "of the next page");
  expect(batchesOf(lab, id)).toHaveLength(accepted);
});

/** Opens a page with one script tag, and returns the session ids that it delivers. */
async function openTag(recorded: RecordedPage, attributes: string): Promise<string[]> {
  const { lab, page } = recorded;
  const before = lab.collector.received.length;
  const html = `<!doctype html><title>One tag</title><link rel="icon" href="data:,">
    <script src="/recorder/replayscope.js" ${attributes}></script><p>Content</p>`;
  await page.goto(lab.page(html));
  await page.evaluate(() => console.log("of a page with one tag"));
  // The recording that the tag has started; one that this starts has no endpoint.
  await page.evaluate(() => window.Replayscope.start({ disableDomRecording: true }).flush());
  return lab.collector.received.slice(before).map(({ head }) => head.session);
}

test("one script tag with a key records to the server that the script is from", async ({ recorded, lab, page }) => {
  const json = JSON.stringify({ ...contents, user: "mia" }).replaceAll('"', "&quot;");
  const ids = await openTag(recorded, `data-project-key="KEY" data-replayscope="${json}"`);
  const id = ids.at(-1) as string;
  expect(id).toBe(await page.evaluate(() => window.Replayscope.start().sessionId));
  const batch = batchesOf(lab, id).at(-1);
  expect(batch?.path).toBe("/v1/batches");
  expect(batch?.headers.authorization).toBe("Bearer KEY");
  expect(batch?.head.manifest).toMatchObject({ user: "mia", capture: { webSockets: true } });
  expect(lab.collector.session(id).console.map(({ args }) => args[0])).toEqual(["of a page with one tag"]);
  expect(lab.collector.session(id).events.length).toBeGreaterThan(0);
});

test("a tag names another endpoint, and without any attribute starts nothing", async ({ recorded, lab }) => {
  expect(await openTag(recorded, "")).toEqual([]);
  const ids = await openTag(recorded, 'data-endpoint="/collect/tag"');
  expect(batchesOf(lab, ids.at(-1) as string).at(-1)?.path).toBe("/collect/tag");
});

test("a tag with an empty data-replayscope records with the defaults", async ({ recorded, lab, page }) => {
  const ids = await openTag(recorded, "data-replayscope async");
  const batch = batchesOf(lab, ids.at(-1) as string).at(-1);
  expect(batch?.path).toBe("/v1/batches");
  expect(batch?.headers.authorization).toBeUndefined();
  expect(batch?.head.manifest).toMatchObject({ capture: { headersAndBodies: false } });
  expect(await page.evaluate(() => window.Replayscope.start().sessionId)).toBe(batch?.head.session);
});

test("a tag whose options cannot be read records nothing, and says so", async ({ recorded, page }) => {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  expect(await openTag(recorded, "data-project-key=KEY data-replayscope='{privacySetting: \"strict\"}'")).toEqual([]);
  expect(errors).toEqual([expect.stringContaining("data-replayscope is not a JSON object")]);
});
