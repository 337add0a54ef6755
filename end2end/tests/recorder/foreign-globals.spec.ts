// Pages that replace globals, patch prototypes, run in zones and fake clocks: they observe the same
// with the recorder as without it, and the recording is complete.
import { expect, test } from "../../support/lab/test.ts";
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

for (const [name, scripts] of Object.entries(pages)) {
  for (const order of ["before", "after"] as const) {
    test(`a page with ${name}, ${order} the recorder, is recorded and observes nothing`, async ({
      page,
      lab,
      recorded,
    }) => {
      // The functions that the page under test needs itself.
      const saved = script(`window.parseJson = JSON.parse; window.saved = { Promise };`);
      const own = activity.replaceAll("new Promise", "new saved.Promise");
      const run = own + observed.replace("JSON.parse", "parseJson");
      const result = await runWithAndWithout(
        { page, lab, recorded },
        { before: saved + (order === "before" ? scripts : ""), after: order === "after" ? scripts : "", body, run },
      );
      expect(result.with).toEqual(result.without);
      expectComplete(await recorded.files());
    });
  }
}
