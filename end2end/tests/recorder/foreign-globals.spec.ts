// Pages that replace globals, patch prototypes, run in zones and fake clocks: they observe the same
// with the recorder as without it, and the recording is complete.
import { existsSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { Lab } from "../../support/lab/server.ts";
import { expect, test, type RecordedPage } from "../../support/lab/test.ts";
import { packageScript, runWithAndWithout } from "../../support/recorder-pages.ts";

/** One request of each kind, a socket message and a console entry. */
const activity = `
  const post = await (await fetch("/api/echo?fetched", { method: "POST", body: "of fetch" })).json();
  const request = new XMLHttpRequest();
  request.open("PUT", "/api/echo?sent");
  await new Promise((resolve) => { request.onload = resolve; request.send("of xhr"); });
  const socket = new WebSocket("/echo");
  await new Promise((resolve) => (socket.onopen = resolve));
  socket.send("x");
  const answer = await new Promise((resolve) => (socket.onmessage = ({ data }) => resolve(data)));
  console.log("entry", { a: 1 }, [1, 2]);
  document.querySelector("#target").append("added");
`;
const observed = `return [post.body, JSON.parse(request.responseText).body, answer];`;
const body = `<p id="target" style="color: red">Text</p><style>p { margin: 0 }</style>`;

type Files = Awaited<ReturnType<import("../../support/lab/test.ts").RecordedPage["files"]>>;

function expectComplete(files: Files): void {
  expect(files.requests("?fetched")).toMatchObject([
    { method: "POST", responseStatus: 200, requestResponsePairs: { request: { body: "of fetch" } } },
  ]);
  expect(files.requests("?fetched")[0]?.requestResponsePairs?.response.body).toContain("of fetch");
  expect(files.requests("?sent")).toMatchObject([
    { method: "PUT", responseStatus: 200, requestResponsePairs: { request: { body: "of xhr" } } },
  ]);
  expect(files.messages(files.opens[0]?.socketId)).toMatchObject([
    { type: "sent", message: "x" },
    { type: "received", message: "x" },
  ]);
  expect(files.console.filter(({ level }) => level !== "warn")).toMatchObject([{ args: ["entry", { a: 1 }, [1, 2]] }]);
  expect(Array.isArray(files.manifest.pages)).toBe(true);
  const snapshot = files.events.find(({ type }) => type === 2);
  expect(snapshot?.data).toMatchObject({
    node: { childNodes: expect.arrayContaining([expect.any(Object)]) as unknown },
  });
  expect(JSON.stringify(files.events)).toContain("margin: 0");
  expect(JSON.stringify(files.events)).toContain("added");
  const times = files.console
    .concat(files.messages(files.opens[0]?.socketId) as never)
    .map(({ timeStamp }) => timeStamp);
  for (const time of times) expect(Math.abs(time - Date.now())).toBeLessThan(60_000);
}

const script = (text: string): string => `<script>${text}</script>`;

/** Globals of pages and libraries; `const` declarations shadow even what is not replaced on `window`. */
const pages: Record<string, string> = {
  "classes of its own under the names of the browser's": script(`
    function Blob() { throw new Error("a Blob of the page"); }
    class URLOfPage { constructor() { throw new Error("a URL of the page"); } } window.URL = URLOfPage;
    const Event = { of: "the page" }; const Node = 1, Element = null, FileReader = "mine";`),
  "variables named as functions that it does not use itself": script(`
    var Headers = [], TextEncoder = 1, Document = "d", FormData = null, URLSearchParams = {}, ReadableStream = 0, XMLSerializer = 1, MutationObserver = 5, PerformanceObserver = {}; var ArrayBuffer = 1;`),
  "an old library's toJSON on arrays, strings, numbers and dates": script(`
    Array.prototype.toJSON = function () { return "[" + this.join(", ") + "]"; };
    for (const owner of [String, Number, Boolean]) owner.prototype.toJSON = function () { return '"' + this + '"'; };
    Date.prototype.toJSON = function () { return '"a date"'; };
    Object.prototype.toJSON = undefined;`),
  "an old library's collections: Array.from without a mapping function, and methods of its own": script(`
    Array.from = (list) => { const copy = []; for (let index = 0; list && index < list.length; index += 1) copy.push(list[index]); return copy; };
    Array.prototype.entries = Array.prototype.toArray = function () { return this.slice(0); };
    Array.prototype.flatMap = Array.prototype.flat = Array.prototype.includes = function () { throw new Error("of the page"); };
    Function.prototype.bind = function (self, ...first) { const f = this; return function (...rest) { return f.apply(self, first.concat(rest)); }; };
    String.prototype.startsWith = String.prototype.matchAll = String.prototype.replaceAll = function () { throw new Error("of the page"); };`),
  "a promise class without finally": script(`
    const Native = window.Promise;
    window.Promise = function (work) { const inner = new Native(work); this.then = (a, b) => wrap(inner.then(a, b)); this.catch = (b) => wrap(inner.catch(b)); };
    const wrap = (inner) => new window.Promise((resolve, reject) => inner.then(resolve, reject));
    Promise.resolve = (value) => new Promise((resolve) => resolve(value));
    delete Native.prototype.finally;`),
  "JSON, Object and collections of a polyfill": script(`
    const { parse, stringify } = JSON;
    window.JSON = { parse: (text) => parse(text), stringify: () => '"of the page"' };
    Object.entries = Object.fromEntries = Object.assign = Object.keys = () => { throw new Error("of the page"); };
    Map.prototype.get = Set.prototype.add = WeakMap.prototype.get = WeakMap.prototype.has = () => undefined;
    Array.prototype.map = Array.prototype.filter = function () { return []; };`),
};

/** Runs a page with `scripts` before or after the recorder; `saved` keeps what the page under test needs itself. */
async function expectSameWithRecorder(
  fixtures: { page: Page; lab: Lab; recorded: RecordedPage },
  { order, saved, scripts, run }: { order: "before" | "after"; saved: string; scripts: string; run: string },
): Promise<void> {
  const result = await runWithAndWithout(fixtures, {
    before: saved + (order === "before" ? scripts : ""),
    after: order === "after" ? scripts : "",
    body,
    run: run + observed.replace("JSON.parse", "parseJson"),
  });
  expect(result.with).toEqual(result.without);
  expectComplete(await fixtures.recorded.files());
}

for (const [name, scripts] of Object.entries(pages)) {
  for (const order of ["before", "after"] as const) {
    test(`a page with ${name}, ${order} the recorder, is recorded and observes nothing`, async ({
      page,
      lab,
      recorded,
    }) => {
      const saved = script(`window.parseJson = JSON.parse; window.saved = { Promise };`);
      const run = activity.replaceAll("new Promise", "new saved.Promise");
      await expectSameWithRecorder({ page, lab, recorded }, { order, saved, scripts, run });
    });
  }
}

/** Libraries as Debian's packages install them; npm has none of these versions. */
const installed: [name: string, file: string, debianPackage: string][] = [
  ["Prototype 1.7", "prototype/prototype.js", "libjs-prototype"],
  ["MooTools 1.4", "mootools/mootools.js", "libjs-mootools"],
];

for (const [name, file, debianPackage] of installed) {
  for (const order of ["before", "after"] as const) {
    test(`a page with ${name}, ${order} the recorder, is recorded and observes nothing`, async ({
      page,
      lab,
      recorded,
    }) => {
      const path = `/usr/share/javascript/${file}`;
      test.skip(!existsSync(path), `Debian's package ${debianPackage} is not installed`);
      const library = script(readFileSync(path, "utf8").replaceAll("</script", "<\\/script"));
      // The library has replaced JSON and the collections of the page under test, too.
      const saved = script(`window.parseJson = JSON.parse;`);
      await expectSameWithRecorder({ page, lab, recorded }, { order, saved, scripts: library, run: activity });
    });
  }
}

/** Counts the tasks of a zone of the page, in which its activity runs. */
const inZone = `
  const tasks = [];
  const zone = Zone.current.fork({ name: "page", onScheduleTask: (parent, current, target, task) => {
    tasks.push([task.type, task.source]); return parent.scheduleTask(target, task);
  } });
  const states = [];
  const result = await zone.run(async () => { ${activity} ${observed} });
  const stable = await new Promise((resolve) => Zone.root.run(async () => {
    if (window.recorder) await recorder.flush();
    setTimeout(() => { const before = tasks.length; setTimeout(() => resolve(tasks.length - before), 200); }, 100);
  }));
  return [result, stable, tasks.map(String).sort()];`;

const zoneFile = new URL("../../node_modules/zone.js/bundles/zone.umd.min.js", import.meta.url);

for (const order of ["before", "after"] as const) {
  test(`in a page with zone.js, ${order} the recorder, its zone has the page's tasks alone`, async ({
    page,
    lab,
    recorded,
  }) => {
    const zone = script(readFileSync(zoneFile, "utf8"));
    const result = await runWithAndWithout({ page, lab, recorded }, { [order]: zone, body, run: inZone });
    expect(result.with).toEqual(result.without);
    expectComplete(await recorded.files());
  });
}

test("fake timers that a page installs later have no timer of the recorder, and delay none", async ({
  page,
  lab,
  recorded,
}) => {
  const after = await packageScript("@sinonjs/fake-timers", "FakeTimers");
  const run = `const { setTimeout: realTimeout } = window;
    const clock = FakeTimers.install({ now: 1000, toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "requestAnimationFrame", "performance", "queueMicrotask"] });
    ${activity}
    await new Promise((resolve) => realTimeout(resolve, 100));
    if (window.recorder) await recorder.flush();
    const seen = [Object.keys(clock.timers ?? {}).length, clock.now, clock.countTimers()];
    clock.tick(60_000);
    clock.uninstall();
    return [seen, post.body, answer];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { after, body, run });
  expect(result.with).toEqual(result.without);
  const files = await recorded.files();
  expectComplete(files);
  const times = files.messages(files.opens[0]?.socketId).map(({ timeStamp }) => timeStamp);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  for (const { timestamp } of files.events) expect(Math.abs(timestamp - Date.now())).toBeLessThan(60_000);
});

for (const [name, packageName, globalName] of [
  ["core-js", "core-js-bundle", "CoreJs"],
  ["a monitoring library", "@sentry/browser", "Sentry"],
] as const) {
  for (const order of ["before", "after"] as const) {
    test(`a page with ${name}, ${order} the recorder, is recorded and observes nothing`, async ({
      page,
      lab,
      recorded,
    }) => {
      const start =
        globalName === "Sentry"
          ? script(
              `Sentry.init({ dsn: "http://key@127.0.0.1:9/1", transport: () => ({ send: async () => ({}), flush: async () => true }) })`,
            )
          : "";
      const library = (await packageScript(packageName, globalName)) + start;
      const result = await runWithAndWithout(
        { page, lab, recorded },
        { [order]: library, body, run: activity + observed },
      );
      expect(result.with).toEqual(result.without);
      expectComplete(await recorded.files());
    });
  }
}

test("an old library's page is recorded across a reload", async ({ page, lab, recorded }) => {
  const before = pages["an old library's toJSON on arrays, strings, numbers and dates"] ?? "";
  await runWithAndWithout({ page, lab, recorded }, { before, body, run: activity + observed });
  await page.reload();
  await page.evaluate(`console.log("after the reload", [1, [2]])`);
  const files = await recorded.files();
  expect(files.manifest.pages).toHaveLength(2);
  expect(files.console.map(({ args }) => args)).toEqual([
    ["entry", { a: 1 }, [1, 2]],
    ["after the reload", [1, [2]]],
  ]);
});
