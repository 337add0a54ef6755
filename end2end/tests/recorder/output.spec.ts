// Output of a recording: a zip, or batches to an endpoint, across reloads, failures and unloads.
import { installClock } from "../../support/lab/clock.ts";
import { contents, expect, test, type RecordedPage } from "../../support/lab/test.ts";

const send = (recorded: RecordedPage, ...texts: string[]): Promise<void> =>
  recorded.page.evaluate(async (texts) => {
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    const last = new Promise((resolve) => (socket.onmessage = ({ data }) => data === texts.at(-1) && resolve(0)));
    for (const text of texts) socket.send(text);
    await last;
  }, texts);

/** URL of an endpoint that only one test uses. */
const endpointOf = (recorded: RecordedPage, name: string): string => `${recorded.lab.origin}/collect/${name}`;

const sessionId = (recorded: RecordedPage): Promise<string> => recorded.page.evaluate(() => window.recorder.sessionId);

test("starting twice returns the same recording", async ({ recorded }) => {
  await recorded.open();
  expect(await recorded.page.evaluate(() => window.Replayscope.start() === window.recorder)).toBe(true);
});

test("a reload continues the session as a second page, and loses nothing of the first", async ({
  recorded,
  page,
  home,
  session,
}) => {
  await recorded.open({ ...contents, title: "Two pages" }, "<h1>Page</h1>");
  const id = await sessionId(recorded);
  await send(recorded, "before the reload");
  await page.evaluate(() => console.log("the last message of the first page"));
  await page.reload();
  await send(recorded, "after the reload");
  expect(await sessionId(recorded)).toBe(id);
  const { name, content } = await recorded.download();
  const files = await recorded.files();
  expect(name).toBe(`${id}.zip`);
  expect(files.manifest.pages.map(({ id }) => id)).toEqual(["page-1", "page-2"]);
  expect(files.manifest.pages[1]?.timeOrigin).toBeGreaterThan(files.manifest.pages[0]?.timeOrigin ?? Infinity);
  expect(files.opens.map(({ socketId, pageId }) => [pageId, files.messages(socketId)[0]?.message])).toEqual([
    ["page-1", "before the reload"],
    ["page-2", "after the reload"],
  ]);
  expect(files.closes).toMatchObject([{ pageId: "page-1", code: 1001 }]);
  expect(files.console.map(({ args }) => args[0])).toEqual(["the last message of the first page"]);
  expect(files.events.filter(({ type }) => type === 2).length).toBeGreaterThanOrEqual(2);

  await home.visit();
  await home.pickGenerated({ name, content });
  await session.expectLoaded();
  await session.requests.type("WS").click();
  await session.requests.expectRowCount(2);
  await session.expectNoAlert();
});

test("after stop a reload starts a new session, and the recording can still be downloaded", async ({
  recorded,
  page,
}) => {
  await recorded.open();
  const id = await sessionId(recorded);
  await send(recorded, "one");
  await page.evaluate(() => window.recorder.stop());
  await send(recorded, "not this");
  const files = await recorded.files();
  expect(files.opens).toHaveLength(1);
  expect(files.manifest.endedAt).toBeGreaterThan(files.manifest.startedAt);
  await page.reload();
  expect(await sessionId(recorded)).not.toBe(id);
});

test("a window that the page opens has its own session", async ({ recorded, page }) => {
  await recorded.open();
  const id = await sessionId(recorded);
  const opening = page.waitForEvent("popup");
  await page.evaluate(() => window.open(location.href));
  const popup = await opening;
  await popup.waitForLoadState();
  const other = await popup.evaluate(() => window.recorder.sessionId);
  expect(other).not.toBe(id);
});

test("batches are posted in order as JSON Lines, with the configured headers", async ({ recorded, lab }) => {
  const endpoint = endpointOf(recorded, "plain");
  await recorded.open({ ...contents, endpoint, endpointHeaders: { "X-Project": "seven" } });
  const id = await sessionId(recorded);
  await send(recorded, "first");
  await recorded.page.evaluate(() => window.recorder.flush());
  await send(recorded, "second");
  await recorded.page.evaluate(() => window.recorder.stop());
  const collected = lab.collector.session(id);
  const sequences = lab.collector.sequences(id);
  expect(sequences).toEqual(Array.from(sequences, (_, index) => index + 1));
  expect(sequences.length).toBeGreaterThanOrEqual(2);
  expect(collected.opens.map(({ socketId }) => collected.messages(socketId).map(({ message }) => message))).toEqual([
    ["first", "first"],
    ["second", "second"],
  ]);
  expect(collected.manifest).toMatchObject({ format: "replayscope/1", id, endedAt: expect.any(Number) });
  const batches = lab.collector.received.filter(({ head }) => head.session === id);
  expect(batches[0]?.headers).toMatchObject({ "content-type": "application/x-ndjson", "x-project": "seven" });
  // The recorder's own deliveries are not recorded.
  expect(collected.resources.filter(({ name }) => name.includes("/collect/"))).toEqual([]);
});

test("a failing endpoint receives each batch again, in order, with exponential backoff", async ({
  recorded,
  lab,
  page,
}) => {
  await installClock(page);
  await page.addInitScript(() => {
    const nativeFetch = window.fetch.bind(window);
    const tries: number[] = [];
    window.fetch = window.asNative((...args) => (tries.push(Date.now()), nativeFetch(...args)));
    Object.assign(window, { tries });
  });
  await recorded.open({ ...contents, endpoint: endpointOf(recorded, "failing") });
  await page.evaluate(() => window.recorder.flush());
  const id = await sessionId(recorded);
  const tries = async (): Promise<number[]> => (await page.evaluate<number[]>("tries")).slice(before);
  const before = (await page.evaluate<number[]>("tries")).length;
  lab.collector.failures.push(503, 500, 429);
  await page.evaluate(() => console.log("to be delivered"));
  const advanceClock = async (): Promise<number> => {
    await page.clock.runFor(250);
    return lab.collector.session(id).console.length;
  };
  await expect.poll(advanceClock, { intervals: [20] }).toBe(1);
  // About 1, 2 and 4 seconds, each with up to 25 % jitter.
  const [first = 0, second = 0, third = 0, fourth = 0] = await tries();
  expect(second - first).toBeGreaterThanOrEqual(750);
  expect(third - second).toBeGreaterThanOrEqual(1500);
  expect(fourth - third).toBeGreaterThanOrEqual(3000);
  expect(lab.collector.sequences(id)).toEqual(Array.from(lab.collector.sequences(id), (_, index) => index + 1));
});

test("undelivered batches survive a reload", async ({ recorded, lab, page }) => {
  const endpoint = endpointOf(recorded, "down");
  lab.collector.failures.push(...Array<number>(50).fill(503));
  await recorded.open({ ...contents, endpoint });
  const id = await sessionId(recorded);
  await send(recorded, "before the reload");
  await page.evaluate(() => window.recorder.flush());
  lab.collector.failures.length = 0;
  await page.reload();
  await page.evaluate(() => window.recorder.flush());
  const collected = lab.collector.session(id);
  expect(collected.messages(collected.opens[0]?.socketId).map(({ message }) => message)).toEqual([
    "before the reload",
    "before the reload",
  ]);
  expect(collected.manifest.pages).toHaveLength(2);
});

test("a page delivers its last batch while it unloads", async ({ recorded, lab, page }) => {
  await recorded.open({ ...contents, endpoint: endpointOf(recorded, "unload") });
  const id = await sessionId(recorded);
  await page.evaluate(() => window.recorder.flush());
  await page.evaluate(() => console.log("last message"));
  await page.goto("about:blank");
  await expect.poll(() => lab.collector.session(id).console.map(({ args }) => args[0])).toEqual(["last message"]);
});

test("a recording stops at its size limit with a console warning", async ({ recorded, page }) => {
  const warnings: string[] = [];
  page.on("console", (message) => warnings.push(message.text()));
  await recorded.open({ ...contents, disableDomRecording: true, sessionLimit: 20_000 });
  await send(recorded, ...Array.from({ length: 30 }, (_, index) => `${index} ${"x".repeat(1000)}`));
  await page.evaluate(() => window.recorder.flush());
  await expect.poll(() => warnings.join("\n")).toContain("has reached 20000 bytes");
  await send(recorded, "not this");
  expect([...(await recorded.files()).files.values()].join()).not.toContain("not this");
});

test("without IndexedDB the recording is kept in memory", async ({ recorded, page }) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  await recorded.open();
  await send(recorded, "in memory");
  await page.evaluate(() => window.recorder.flush());
  await send(recorded, "too");
  expect((await recorded.files()).opens).toHaveLength(2);
});

test("when the storage is full, batches are kept in memory with one console warning", async ({ recorded, page }) => {
  const warnings: string[] = [];
  page.on("console", (message) => warnings.push(message.text()));
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("Quota exceeded", "QuotaExceededError");
    };
  });
  await recorded.open();
  await send(recorded, "one");
  await page.evaluate(() => window.recorder.flush());
  await send(recorded, "two");
  await page.evaluate(() => window.recorder.flush());
  expect((await recorded.files()).opens).toHaveLength(2);
  expect(warnings.filter((text) => text.includes("storage is full"))).toHaveLength(1);
});

test("a permanently rejected batch does not block later batches, and stays available for a download", async ({
  recorded,
  lab,
  page,
}) => {
  await recorded.open({ ...contents, endpoint: endpointOf(recorded, "refusing") });
  await page.evaluate(() => window.recorder.flush());
  const id = await sessionId(recorded);
  lab.collector.failures.push(413);
  await page.evaluate(() => (console.log("too large"), window.recorder.flush()));
  await page.evaluate(() => (console.log("after it"), window.recorder.flush()));
  expect(lab.collector.session(id).console.map(({ args }) => args[0])).toEqual(["after it"]);
  expect((await recorded.files()).console.map(({ args }) => args[0])).toEqual(["too large", "after it"]);
});

test("undelivered batches of other sessions expire after a week, all others after a day", async ({
  recorded,
  page,
}) => {
  await recorded.open();
  await page.evaluate(() => window.recorder.flush());
  const storedSessions = (addBatches: boolean): Promise<string[]> =>
    page.evaluate(async (addBatches) => {
      const result = <Result>(request: IDBRequest<Result>): Promise<Result> =>
        new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
      const database = await result(indexedDB.open("replayscope"));
      const store = database.transaction("batches", "readwrite").objectStore("batches");
      const createBatch = (session: string, days: number, more: object): object => ({
        session,
        sequence: 1,
        at: Date.now() - days * 86_400_000,
        files: {},
        ...more,
      });
      const batches = [
        createBatch("due, 8 days", 8, { due: "an endpoint" }),
        createBatch("due, 6 days", 6, { due: "an endpoint" }),
        createBatch("2 days", 2, {}),
        createBatch("an hour", 1 / 24, {}),
      ];
      if (addBatches) for (const batch of batches) store.put(batch);
      const keys = await result(store.getAllKeys());
      database.close();
      return keys.map((key) => (key as [string, number])[0]);
    }, addBatches);
  await storedSessions(true);
  await page.reload();
  await page.evaluate(() => window.recorder.flush());
  const remaining = await storedSessions(false);
  expect(remaining.filter((session) => /day|hour/.test(session))).toEqual(["an hour", "due, 6 days"]);
});

test("without session storage each page is recorded as its own session", async ({ recorded, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "sessionStorage", {
      get: () => {
        throw new DOMException("Denied", "SecurityError");
      },
    });
  });
  await recorded.open();
  await send(recorded, "denied");
  expect((await recorded.files()).opens).toHaveLength(1);
});

test("the zip is uncompressed in browsers without CompressionStream", async ({ recorded, page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "CompressionStream"));
  await recorded.open();
  await send(recorded, "stored plainly");
  const { content } = await recorded.download();
  expect(content.includes("stored plainly")).toBe(true);
  expect((await recorded.files()).opens).toHaveLength(1);
});
