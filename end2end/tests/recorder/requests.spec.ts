// Requests in general: timings, event sources, beacons, resources of the page, and the options that
// limit them.
import { contents, expect, test } from "../../support/lab/test.ts";

test("identical concurrent requests each have their own record and timing", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const call = (): Promise<void> =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("POST", "/api/echo");
        request.onload = () => resolve();
        request.send("xhr");
      });
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) =>
        (await fetch("/api/echo", { method: "POST", body: `fetch ${index}` })).text(),
      ),
    );
    await Promise.all([call(), call(), call()]);
  });
  const records = (await recorded.files()).requests("/api/echo");
  expect(
    records
      .filter(({ initiatorType }) => initiatorType === "fetch")
      .map(({ requestResponsePairs: pair }) => pair?.request.body)
      .sort(),
  ).toEqual(Array.from({ length: 12 }, (_, index) => `fetch ${index}`).sort());
  expect(records.filter(({ initiatorType }) => initiatorType === "xmlhttprequest")).toHaveLength(3);
  expect(records).toHaveLength(15);
  // `responseStartAbs` comes from the timing only: each record was matched to its own.
  expect(records.every(({ responseStartAbs = 0, startTimeAbs = 0 }) => responseStartAbs >= startTimeAbs)).toBe(true);
  expect(new Set(records.map(({ requestResponsePairs: pair }) => pair?.request.id)).size).toBe(15);
});

test("an event source is a request whose messages, named ones too, are in a file", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const source = new EventSource("/api/events");
    await Promise.all([
      new Promise((resolve) => source.addEventListener("tick", resolve)),
      new Promise(
        (resolve) => (source.onmessage = ({ data }: MessageEvent<string>) => data.startsWith("three") && resolve(0)),
      ),
    ]);
    source.close();
  });
  const files = await recorded.files();
  const [record] = files.requests("/api/events");
  expect(record).toMatchObject({
    initiatorType: "eventsource",
    method: "GET",
    responseStatus: 200,
    mimeType: "text/event-stream",
  });
  expect(files.requests("/api/events")).toHaveLength(1);
  expect(
    files.messages(record?.socketId).map(({ type, message, event, size }) => [type, message, event, size]),
  ).toEqual([
    ["received", "one", undefined, 3],
    ["received", "two", "tick", 3],
    ["received", "three – 🍐", undefined, 14],
  ]);
  expect(files.manifest.files.sockets[record?.socketId ?? ""]).toMatchObject({ received: 3 });
});

test("a rejected event source is recorded as failed", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(() => new Promise((resolve) => (new EventSource("/api/status/404").onerror = resolve)));
  await expect
    .poll(async () => (await recorded.files()).requests("/status/404").map(({ outcome }) => outcome))
    .toEqual(["failed"]);
});

test("beacons with blobs and forms are recorded", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(() => {
    const form = new FormData();
    form.set("field", "of the form");
    navigator.sendBeacon("/api/echo?blob", new Blob(["of the blob"], { type: "text/plain" }));
    navigator.sendBeacon("/api/echo?form", form);
  });
  const bodies = async (): Promise<(string | undefined)[]> => {
    const files = await recorded.files();
    return ["?blob", "?form"].map((end) => files.requests(end)[0]?.requestResponsePairs?.request.body);
  };
  await expect.poll(bodies).toEqual(["of the blob", "field=of+the+form"]);
});

test("a long data URL is truncated", async ({ recorded }) => {
  await recorded.open();
  const length = await recorded.page.evaluate(
    async () => (await (await fetch(`data:text/plain,${"x".repeat(300_000)}`)).text()).length,
  );
  expect(length).toBe(300_000);
  const [record] = (await recorded.files()).resources.filter(({ name }) => name.startsWith("data:"));
  expect(record?.name).toHaveLength(60_000);
});

test("beacons are recorded with their body", async ({ recorded }) => {
  await recorded.open();
  expect(await recorded.page.evaluate(() => navigator.sendBeacon("/api/echo", "seen"))).toBe(true);
  await expect
    .poll(async () =>
      (await recorded.files())
        .requests("/api/echo")
        .map(({ initiatorType, method, requestResponsePairs: pair }) => [initiatorType, method, pair?.request.body]),
    )
    .toEqual([["beacon", "POST", "seen"]]);
});

test("the page and its resources are listed once each, with times and status", async ({ recorded, lab }) => {
  await recorded.open(contents, `<img src="/api/picture" alt="">`, `<link rel="stylesheet" href="/api/status/404">`);
  await recorded.page.waitForLoadState();
  const { resources, manifest } = await recorded.files();
  const listed = resources.map(({ name, initiatorType, responseStatus }) => [
    name.replace(lab.origin, ""),
    initiatorType,
    responseStatus,
  ]);
  expect(listed.sort()).toEqual(
    [
      [new URL(recorded.page.url()).pathname, "navigation", 200],
      ["/api/picture", "img", 200],
      ["/api/status/404", "link", 404],
      ["/recorder/replayscope.js", "script", 200],
    ].sort(),
  );
  expect(manifest.counts).toMatchObject({ requests: 4, errors: 1 });
  for (const { startTimeAbs = 0 } of resources) expect(startTimeAbs).toBeGreaterThanOrEqual(manifest.startedAt);
});

test("without recordHeadersAndBody requests are listed with their outcome, without contents", async ({ recorded }) => {
  await recorded.open({});
  await recorded.page.evaluate(async () => (await fetch("/api/echo", { method: "POST", body: "private" })).text());
  const files = await recorded.files();
  expect(files.requests("/api/echo")).toMatchObject([{ method: "POST", responseStatus: 200 }]);
  expect(files.requests("/api/echo")[0]).not.toHaveProperty("requestResponsePairs");
  expect([...files.files.values()].join()).not.toContain("private");
});

test("with networkRecording false no requests are recorded", async ({ recorded }) => {
  await recorded.open({ networkRecording: false });
  await recorded.page.evaluate(async () => (await fetch("/api/echo")).text());
  expect((await recorded.files()).resources).toEqual([]);
});
