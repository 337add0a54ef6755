// Where a recording goes: a zip, or batches to an endpoint; over reloads, failures, and pages that are left.
import { contents, expect, test, type RecordedPage } from "../../support/lab/test.ts";

const send = (recorded: RecordedPage, ...texts: string[]): Promise<void> =>
  recorded.page.evaluate(async (texts) => {
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    const last = new Promise((resolve) => (socket.onmessage = ({ data }) => data === texts.at(-1) && resolve(0)));
    for (const text of texts) socket.send(text);
    await last;
  }, texts);

/** The endpoint of one test, under a name of its own. */
const endpointOf = (recorded: RecordedPage, name: string): string => `${recorded.lab.origin}/collect/${name}`;

const sessionId = (recorded: RecordedPage): Promise<string> => recorded.page.evaluate(() => window.recorder.sessionId);

test("a page that starts twice has one recording", async ({ recorded }) => {
  await recorded.open();
  expect(await recorded.page.evaluate(() => window.Replayscope.start() === window.recorder)).toBe(true);
});

test("a reload continues the session: a second page, and nothing of the first is lost", async ({
  recorded,
  page,
  home,
  session,
}) => {
  await recorded.open({ ...contents, title: "Two pages" }, "<h1>Page</h1>");
  const id = await sessionId(recorded);
  await send(recorded, "before the reload");
  await page.evaluate(() => console.log("the last word of the first page"));
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
  expect(files.console.map(({ args }) => args[0])).toEqual(["the last word of the first page"]);
  expect(files.events.filter(({ type }) => type === 2).length).toBeGreaterThanOrEqual(2);

  await home.visit();
  await home.pickMade({ name, content });
  await session.expectLoaded();
  await session.requests.type("WS").click();
  await session.requests.expectRowCount(2);
  await session.expectNoAlert();
});

test("after stop a reload begins a session of its own; what was recorded can still be saved", async ({
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

test("a window that the page opens is a session of its own", async ({ recorded, page }) => {
  await recorded.open();
  const id = await sessionId(recorded);
  const opening = page.waitForEvent("popup");
  await page.evaluate(() => window.open(location.href));
  const popup = await opening;
  await popup.waitForLoadState();
  const other = await popup.evaluate(() => window.recorder.sessionId);
  expect(other).not.toBe(id);
});

test("batches: numbered in order, as JSON Lines, with the headers that were asked for", async ({ recorded, lab }) => {
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
  // The recorder's own deliveries are no part of the recording.
  expect(collected.resources.filter(({ name }) => name.includes("/collect/"))).toEqual([]);
});

test("an endpoint that fails gets each batch again, in order, after longer and longer waits", async ({
  recorded,
  lab,
  page,
}) => {
  await page.clock.install();
  await page.addInitScript(() => {
    const native = window.fetch.bind(window);
    const tries: number[] = [];
    window.fetch = (...args) => (tries.push(Date.now()), native(...args));
    Object.assign(window, { tries });
  });
  await recorded.open({ ...contents, endpoint: endpointOf(recorded, "failing") });
  await page.evaluate(() => window.recorder.flush());
  const id = await sessionId(recorded);
  const tries = async (): Promise<number[]> => (await page.evaluate<number[]>("tries")).slice(before);
  const before = (await page.evaluate<number[]>("tries")).length;
  lab.collector.failures.push(503, 500, 429);
  await page.evaluate(() => console.log("to be delivered"));
  const passTime = async (): Promise<number> => {
    await page.clock.runFor(250);
    return lab.collector.session(id).console.length;
  };
  await expect.poll(passTime, { intervals: [20] }).toBe(1);
  // About one second, two and four, each up to a quarter shorter or longer.
  const [first = 0, second = 0, third = 0, fourth = 0] = await tries();
  expect(second - first).toBeGreaterThanOrEqual(750);
  expect(third - second).toBeGreaterThanOrEqual(1500);
  expect(fourth - third).toBeGreaterThanOrEqual(3000);
  expect(lab.collector.sequences(id)).toEqual(Array.from(lab.collector.sequences(id), (_, index) => index + 1));
});

test("what an endpoint did not take survives a reload", async ({ recorded, lab, page }) => {
  const endpoint = endpointOf(recorded, "down");
  lab.collector.failures.push(...Array<number>(50).fill(503));
  await recorded.open({ ...contents, endpoint });
  const id = await sessionId(recorded);
  await send(recorded, "kept over the reload");
  await page.evaluate(() => window.recorder.flush());
  lab.collector.failures.length = 0;
  await page.reload();
  await page.evaluate(() => window.recorder.flush());
  const collected = lab.collector.session(id);
  expect(collected.messages(collected.opens[0]?.socketId).map(({ message }) => message)).toEqual([
    "kept over the reload",
    "kept over the reload",
  ]);
  expect(collected.manifest.pages).toHaveLength(2);
});

test("a page that is left delivers its last words", async ({ recorded, lab, page }) => {
  await recorded.open({ ...contents, endpoint: endpointOf(recorded, "left") });
  const id = await sessionId(recorded);
  await page.evaluate(() => window.recorder.flush());
  await page.evaluate(() => console.log("last words"));
  await page.goto("about:blank");
  await expect.poll(() => lab.collector.session(id).console.map(({ args }) => args[0])).toEqual(["last words"]);
});

test("a recording ends where its limit is reached, and says so", async ({ recorded, page }) => {
  const notes: string[] = [];
  page.on("console", (message) => notes.push(message.text()));
  await recorded.open({ ...contents, disableDomRecording: true, sessionLimit: 20_000 });
  await send(recorded, ...Array.from({ length: 30 }, (_, index) => `${index} ${"x".repeat(1000)}`));
  await page.evaluate(() => window.recorder.flush());
  await expect.poll(() => notes.join("\n")).toContain("has reached 20000 bytes");
  await send(recorded, "not this");
  expect([...(await recorded.files()).files.values()].join()).not.toContain("not this");
});

test("where a page has no IndexedDB the recording is kept in memory", async ({ recorded, page }) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  await recorded.open();
  await send(recorded, "in memory");
  await page.evaluate(() => window.recorder.flush());
  await send(recorded, "too");
  expect((await recorded.files()).opens).toHaveLength(2);
});

test("what the browser has no room for is kept until the page is left, and it says so once", async ({
  recorded,
  page,
}) => {
  const notes: string[] = [];
  page.on("console", (message) => notes.push(message.text()));
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("No room", "QuotaExceededError");
    };
  });
  await recorded.open();
  await send(recorded, "one");
  await page.evaluate(() => window.recorder.flush());
  await send(recorded, "two");
  await page.evaluate(() => window.recorder.flush());
  expect((await recorded.files()).opens).toHaveLength(2);
  expect(notes.filter((note) => note.includes("storage is full"))).toHaveLength(1);
});

test("a batch that an endpoint refuses for good does not hold up those after it, and stays for a download", async ({
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

test("what no endpoint took is given up after a week, what nobody waits for after a day", async ({
  recorded,
  page,
}) => {
  await recorded.open();
  await page.evaluate(() => window.recorder.flush());
  const stored = (change: boolean): Promise<string[]> =>
    page.evaluate(async (change) => {
      const result = <Result>(request: IDBRequest<Result>): Promise<Result> =>
        new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
      const database = await result(indexedDB.open("replayscope"));
      const batches = database.transaction("batches", "readwrite").objectStore("batches");
      const old = (session: string, days: number, more: object): object => ({
        session,
        sequence: 1,
        at: Date.now() - days * 86_400_000,
        files: {},
        ...more,
      });
      const given = [
        old("due, 8 days", 8, { due: "an endpoint" }),
        old("due, 6 days", 6, { due: "an endpoint" }),
        old("2 days", 2, {}),
        old("an hour", 1 / 24, {}),
      ];
      if (change) for (const batch of given) batches.put(batch);
      const keys = await result(batches.getAllKeys());
      database.close();
      return keys.map((key) => (key as [string, number])[0]);
    }, change);
  await stored(true);
  await page.reload();
  await page.evaluate(() => window.recorder.flush());
  const left = await stored(false);
  expect(left.filter((session) => /day|hour/.test(session))).toEqual(["an hour", "due, 6 days"]);
});

test("without session storage each page is a session, and is recorded", async ({ recorded, page }) => {
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

test("the zip is stored where the browser cannot deflate", async ({ recorded, page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "CompressionStream"));
  await recorded.open();
  await send(recorded, "stored plainly");
  const { content } = await recorded.download();
  expect(content.includes("stored plainly")).toBe(true);
  expect((await recorded.files()).opens).toHaveLength(1);
});
