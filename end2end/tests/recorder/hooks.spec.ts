// Where the recorder hooks into a page: at the browser's own functions, once, and with the page's
// own arguments.
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";
import { runWithAndWithout } from "../../support/recorder-pages.ts";

const script = (text: string): string => `<script>${text}</script>`;
const next = `const next = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));`;

/** Counts the listeners that pass through the page's own `addEventListener`, installed twice. */
const countListeners = script(`
  window.added = [];
  const wrap = () => {
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      added.push(type);
      const wrapped = typeof listener === "function" ? function (...args) { return listener.apply(this, args); } : listener;
      return addEventListener.call(this, type, wrapped, options);
    };
  };
  wrap(); wrap();`);

for (const order of ["before", "after"] as const) {
  test(`an error is recorded once where listeners are wrapped ${order} the recorder, and none is added while the page is idle`, async ({
    page,
    lab,
    recorded,
  }) => {
    const run = `${next}
      setTimeout(() => { throw new Error("of the page"); });
      await next(window, "error");
      const before = added.length;
      // Longer than the recorder's interval.
      await new Promise((resolve) => setTimeout(resolve, 1200));
      return [before, added.length];`;
    const result = await runWithAndWithout({ page, lab, recorded }, { [order]: countListeners, run });
    expect(result.with).toEqual(result.without);
    const errors = (await recorded.files()).console.filter(({ level }) => level === "exception");
    expect(errors.map(({ args }) => args)).toEqual([["Uncaught Error: of the page"]]);
  });
}

test("messages of an event source pass through the page's addEventListener, and are recorded", async ({
  page,
  lab,
  recorded,
}) => {
  const run = `${next}
    const source = new EventSource("/api/events");
    const seen = [];
    source.addEventListener("tick", ({ data }) => seen.push(data));
    await new Promise((resolve) => source.addEventListener("message", ({ data }) => { seen.push(data); if (seen.length === 3) resolve(); }));
    source.close();
    return [seen, added.filter((type) => /tick|message/.test(type)), Object.hasOwn(EventSource.prototype, "addEventListener")];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { after: countListeners, run });
  expect(result.with).toEqual(result.without);
  const files = await recorded.files();
  const messages = files.messages(files.requests("/api/events")[0]?.socketId);
  expect(messages.map(({ message, event }) => [message, event])).toEqual([
    ["one", undefined],
    ["two", "tick"],
    ["three – 🍐", undefined],
  ]);
});

test("what a page does in its own pagehide and beforeunload handlers is recorded", async ({ page, lab, recorded }) => {
  await recorded.open();
  await page.evaluate(async () => {
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    addEventListener("beforeunload", () => console.log("before unload"));
    addEventListener("pagehide", () => {
      navigator.sendBeacon("/api/echo?beacon", "last beacon");
      void fetch("/api/echo?keepalive", { method: "POST", body: "last fetch", keepalive: true });
      socket.send("last message");
      socket.close(4001, "leaving");
    });
    document.addEventListener("visibilitychange", () => console.log("hidden"));
  });
  await page.goto(lab.page(pageWith(contents)));
  const files = await recorded.files();
  expect(files.requests("?beacon")).toMatchObject([
    { initiatorType: "beacon", requestResponsePairs: { request: { body: "last beacon" } } },
  ]);
  expect(files.requests("?keepalive")).toMatchObject([{ requestResponsePairs: { request: { body: "last fetch" } } }]);
  expect(files.messages(files.opens[0]?.socketId)).toMatchObject([{ type: "sent", message: "last message" }]);
  expect(files.closes).toMatchObject([{ code: 4001, reason: "leaving" }]);
  expect(files.console.map(({ args }) => args[0])).toEqual(["before unload", "hidden"]);
});

test("a page's own socket class receives objects as they are, and what it sends is recorded", async ({
  page,
  lab,
  recorded,
}) => {
  const before = script(`
    window.received = [];
    class JsonSocket extends WebSocket {
      send(value) { received.push(value); super.send(JSON.stringify(value)); }
    }
    window.WebSocket = JsonSocket;`);
  const run = `${next}
    let conversions = 0;
    const value = { a: 1 }, trap = { toJSON: () => "json", toString: () => { conversions += 1; return "text"; } };
    const socket = new WebSocket("/echo");
    await next(socket, "open");
    socket.send(value); const first = (await next(socket, "message")).data;
    socket.send(trap); const second = (await next(socket, "message")).data;
    return [first, second, received[0] === value, received[1] === trap, conversions, socket instanceof WebSocket, WebSocket.name, Object.hasOwn(WebSocket.prototype, "close")];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { before, run });
  expect(result.with).toEqual(result.without);
  expect(result.with.result).toEqual(['{"a":1}', '"json"', true, true, 0, true, "JsonSocket", false]);
  const files = await recorded.files();
  expect(files.messages(files.opens[0]?.socketId).map(({ type, message }) => [type, message])).toEqual([
    ["sent", '{"a":1}'],
    ["received", '{"a":1}'],
    ["sent", '"json"'],
    ["received", '"json"'],
  ]);
});

test("a socket class that the page composes receives its arguments", async ({ page, lab, recorded }) => {
  const before = script(`
    const Native = WebSocket;
    window.WebSocket = class { constructor(url) { this.inner = new Native(url); } send(value) { this.inner.send(JSON.stringify(value)); } };`);
  const run = `${next}
    const socket = new WebSocket("/echo"); await next(socket.inner, "open"); socket.send({ a: 1 });
    return [(await next(socket.inner, "message")).data, WebSocket.toString()];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { before, run });
  expect(result.with).toEqual(result.without);
  expect((await recorded.files()).manifest.capture.unavailable).toEqual(["WebSocket"]);
});

test("frozen functions are left alone, and the manifest names them", async ({ page, lab, recorded }) => {
  const before = script(`
    Object.freeze(WebSocket.prototype); Object.freeze(XMLHttpRequest.prototype); Object.freeze(console);
    Object.defineProperty(window, "fetch", { writable: false, configurable: false });`);
  const run = `${next}
    const socket = new WebSocket("/echo"); await next(socket, "open"); socket.send("a"); await next(socket, "message");
    return [await (await fetch("/api/text?size=2")).text(), fetch.toString(), console.log.toString()];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { before, body: "<p>Text</p>", run });
  expect(result.with).toEqual(result.without);
  const files = await recorded.files();
  expect(files.manifest.capture.unavailable).toEqual(
    expect.arrayContaining(["WebSocket.send", "XMLHttpRequest.open", "console.log", "fetch"]),
  );
  expect(JSON.stringify(files.events)).toContain("Text");
  expect(files.requests("size=2")).toHaveLength(1);
});

test("arguments of sendBeacon are converted once, and its result is the browser's", async ({ page, lab, recorded }) => {
  const run = `let conversions = 0;
    const url = { toString: () => { conversions += 1; return "/api/echo?beacon"; } };
    const data = { toString: () => { conversions += 1; return "data"; } };
    let error = "none"; try { navigator.sendBeacon(); } catch ({ name }) { error = name; }
    return [navigator.sendBeacon(url, data), conversions, error];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { run });
  expect(result.with).toEqual(result.without);
  expect((await recorded.files()).requests("?beacon")).toMatchObject([
    { requestResponsePairs: { request: { body: "data" } } },
  ]);
});
