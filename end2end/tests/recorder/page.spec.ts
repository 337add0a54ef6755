// The console and the DOM, with the session's timestamps.
import { allowReplacements } from "../../support/lab/clock.ts";
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

test("console entries have levels, arguments and source locations", async ({ recorded, lab, page }) => {
  const script = `<script>
    console.log("text", 1.5, true, null, undefined, 10n, Symbol("s"), () => 1, NaN);
    console.info({ a: [1, { b: new Date(0) }], map: new Map([["k", 1]]), set: new Set([1]) });
    console.warn(new TypeError("broken"), document.body ?? "no body yet", /re/g);
    console.error("error"); console.debug("debug");
    console.assert(true, "not this"); console.assert(1 > 2, "this", 2);
    console.trace("trace");
    function outer() { console.log("within"); } outer();
  </script>`;
  await page.goto(lab.page(pageWith(contents).replace("<body>", `<body>${script}`)));
  const { console: entries, manifest } = await recorded.files();
  expect(entries.map(({ level, args }) => [level, args])).toEqual([
    ["log", ["text", 1.5, true, null, "undefined", "10n", "Symbol(s)", "ƒ ", "NaN"]],
    ["info", [{ a: [1, { b: "1970-01-01T00:00:00.000Z" }], map: { k: 1 }, set: [1] }]],
    ["warn", ["TypeError: broken", "<body>", "/re/g"]],
    ["error", ["error"]],
    ["debug", ["debug"]],
    ["assert", ["this", 2]],
    ["log", ["trace"]],
    ["log", ["within"]],
  ]);
  expect(entries.at(-1)?.source).toMatch(/\/pages\/\d+:\d+:\d+$/);
  expect(entries.at(-1)?.stack).toContain("outer");
  expect(entries.at(-1)?.stack).not.toContain("replayscope.js");
  expect(manifest.files.console).toMatchObject({ path: "console.jsonl", count: 8 });
  for (const { timeStamp } of entries) expect(timeStamp).toBeGreaterThan(manifest.startedAt);
});

test("console arguments are bounded in length, depth and width, and may be circular or throw", async ({
  recorded,
  page,
}) => {
  await recorded.open();
  await page.evaluate(() => {
    const circle: Record<string, unknown> = { name: "circle" };
    circle["self"] = circle;
    let deep: unknown = "bottom";
    for (let level = 0; level < 50; level += 1) deep = { deep };
    console.log("x".repeat(100_000));
    console.log(circle, deep);
    console.log(Array.from({ length: 5000 }, (_, index) => index));
    console.log({
      get failing() {
        throw new Error("of the getter");
      },
    });
    console.log("after");
  });
  const { console: entries } = await recorded.files();
  expect(String(entries[0]?.args[0]).length).toBe(10_001);
  expect(entries[1]?.args).toEqual([
    { name: "circle", self: "(circular)" },
    { deep: { deep: { deep: { deep: "Object {…}" } } } },
  ]);
  expect((entries[2]?.args[0] as unknown[]).at(-1)).toBe("… 4900 more");
  expect(entries.at(-1)?.args).toEqual(["after"]);
});

test("serializing console arguments calls no getters, and redaction keeps entries with markup", async ({
  recorded,
  page,
}) => {
  await recorded.open();
  const calls = await page.evaluate(() => {
    let calls = 0;
    console.log({
      get lazy() {
        return (calls += 1);
      },
      kept: 1,
    });
    const proxy: object = new Proxy({}, { ownKeys: () => (console.log("logged by trap"), (calls += 1), []) });
    console.log("proxy", proxy);
    console.log({ markup: "<password>", kept: 2 });
    console.log(new Map([["k", 1]]), new Set(Array.from({ length: 500 }, (_, index) => index)));
    return calls;
  });
  const { console: entries } = await recorded.files();
  expect(entries.find(({ args }) => JSON.stringify(args).includes("lazy"))?.args).toEqual([
    { lazy: "(getter)", kept: 1 },
  ]);
  expect(entries.filter(({ args }) => args[0] === "logged by trap")).toEqual([]);
  expect(calls).toBeLessThanOrEqual(2);
  expect(entries.some(({ args }) => JSON.stringify(args).includes("markup"))).toBe(true);
  expect((entries.at(-1)?.args[1] as unknown[]).at(-1)).toBe("… 400 more");
});

test("uncaught errors and unhandled rejections are recorded as exceptions", async ({ recorded, page, lab }) => {
  const script = `<script>
    function fails() { throw new RangeError("not caught"); }
    setTimeout(fails);
    setTimeout(() => Promise.reject(new TypeError("not handled")));
    setTimeout(() => Promise.reject("a string"));
  </script>`;
  await page.goto(lab.page(pageWith(contents).replace("<body>", `<body>${script}`)));
  await expect.poll(async () => (await recorded.files()).console.length).toBe(3);
  const { console: entries } = await recorded.files();
  expect(entries.map(({ level }) => level)).toEqual(["exception", "exception", "exception"]);
  expect(entries.map(({ args }) => args)).toEqual([
    ["Uncaught RangeError: not caught"],
    ["Uncaught (in promise)", "TypeError: not handled"],
    ["Uncaught (in promise)", "a string"],
  ]);
  expect(entries[0]?.stack).toContain("fails");
  expect(entries[0]?.source).toMatch(/\/pages\/\d+:\d+:\d+$/);
  expect(entries[1]?.source).toMatch(/\/pages\/\d+:\d+:\d+$/);
});

test("only the selected console methods are recorded, or none", async ({ recorded, page }) => {
  await recorded.open({ consoleMethodsToRecord: ["error"] });
  await page.evaluate(() => (console.log("log"), console.error("error")));
  expect((await recorded.files()).console.map(({ args }) => args)).toEqual([["error"]]);
  await page.evaluate(() => window.recorder.stop());
  await recorded.open({ disableConsoleRecording: true });
  await page.evaluate(() => console.error("error"));
  const files = await recorded.files();
  expect(files.console).toEqual([]);
  expect(files.manifest.capture.console).toBe(false);
});

test("the DOM is recorded from the start, with the same clock as requests", async ({ recorded, page }) => {
  await recorded.open(contents, `<button onclick="this.textContent = 'Pressed'">Press</button>`);
  const before = await page.evaluate(() => performance.timeOrigin + performance.now());
  await page.getByRole("button").click();
  const after = await page.evaluate(() => performance.timeOrigin + performance.now());
  const { events, manifest } = await recorded.files();
  expect(
    events
      .slice(0, 3)
      .map(({ type }) => type)
      .sort(),
  ).toEqual([0, 2, 4]);
  const [change] = events.filter(({ type, data }) => type === 3 && JSON.stringify(data).includes("Pressed"));
  expect(change?.timestamp).toBeGreaterThanOrEqual(before - 0.01);
  expect(change?.timestamp).toBeLessThanOrEqual(after);
  // Epoch milliseconds with fractions, like all times of the session; rrweb's own are integers.
  expect(events.some(({ timestamp }) => timestamp % 1 !== 0)).toBe(true);
  expect(manifest.files.events).toMatchObject({ path: "events.jsonl", count: events.length });
  expect(manifest.capture.dom).toBe(true);
});

test("full snapshots are repeated after a number of events, so that seeking is fast", async ({ recorded, page }) => {
  await recorded.open(contents, `<p id="count">0</p>`);
  await page.evaluate(async () => {
    const count = document.querySelector("#count");
    for (let number = 1; number <= 4500; number += 1) {
      count?.setAttribute("data-number", String(number));
      await Promise.resolve();
    }
  });
  const { events } = await recorded.files();
  const full = events.flatMap(({ type }, index) => (type === 2 ? [index] : []));
  expect(full.length).toBeGreaterThanOrEqual(3);
});

test("a full snapshot is taken earlier when the events since the last one exceed its size", async ({
  recorded,
  page,
}) => {
  await allowReplacements(page);
  await page.addInitScript(() => {
    const now = Reflect.get(Performance.prototype, "now");
    Object.assign(window, { skipped: 0 });
    Performance.prototype.now = window.asNative(function (this: Performance) {
      return now.call(this) + (window as unknown as { skipped: number }).skipped;
    });
  });
  await recorded.open(contents, `<p id="text">Little</p>`);
  const write = async (text: string): Promise<void> => {
    await page.evaluate(async (text) => {
      (document.querySelector("#text") as HTMLElement).replaceChildren(text);
      // The snapshot is taken in a task of its own.
      await new Promise((resolve) => setTimeout(resolve));
      (window as unknown as { skipped: number }).skipped += 25_000;
    }, text);
  };
  const full = async (): Promise<number> => (await recorded.files()).events.filter(({ type }) => type === 2).length;
  await write("A little more");
  await write("and a little more");
  expect(await full()).toBe(1);
  await write("much ".repeat(10_000));
  expect(await full()).toBe(2);
});

test("disableDomRecording excludes the DOM", async ({ recorded }) => {
  await recorded.open({ disableDomRecording: true }, "<p>Here</p>");
  const files = await recorded.files();
  expect(files.events).toEqual([]);
  expect(files.manifest.files).not.toHaveProperty("events");
  expect(files.manifest.capture.dom).toBe(false);
});
