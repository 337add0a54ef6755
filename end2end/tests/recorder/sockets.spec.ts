// WebSockets: opens, closes, messages and errors, and the inline stub.
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

const helpers = `
  const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const opened = async (path, protocols) => { const socket = new WebSocket(path, protocols); await next(socket, "open"); return socket; };
`;

test("payloads of every type are recorded in both directions, text as text and binary as base64", async ({
  recorded,
}) => {
  await recorded.open();
  await recorded.page.evaluate(`(async () => { ${helpers}
    const socket = await opened("/echo");
    socket.binaryType = "arraybuffer";
    const received = new Promise((resolve) => { let count = 0; socket.onmessage = () => (count += 1) === 7 && resolve(); });
    const view = new Uint8Array([250, 1, 2, 255]);
    for (const payload of ["é – 🍐", "", view.buffer, view.subarray(1, 3), new Blob([view]), 12.5, "last"]) socket.send(payload);
    view.fill(0);
    await received;
  })()`);
  const files = await recorded.files();
  const messages = files.messages(files.opens[0]?.socketId);
  const expected = [
    { size: 11, opcode: 1, message: "é – 🍐" },
    { size: 0, opcode: 1, message: "" },
    { size: 4, opcode: 2, encoding: "base64", message: "+gEC/w==" },
    { size: 2, opcode: 2, encoding: "base64", message: "AQI=" },
    // A blob is read asynchronously; overwriting the buffer that it was made of does not change it.
    { size: 4, opcode: 2, encoding: "base64", message: "+gEC/w==" },
    { size: 4, opcode: 1, message: "12.5" },
    { size: 4, opcode: 1, message: "last" },
  ];
  const of = (type: string): object[] => messages.filter((message) => message.type === type);
  expect(of("sent")).toMatchObject(expected);
  expect(of("received")).toMatchObject(expected);
});

test("blobs keep their order among other messages", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(`(async () => { ${helpers}
    const socket = await opened("/echo");
    for (let round = 0; round < 20; round += 1) { socket.send(new Blob(["blob " + round])); socket.send("text " + round); }
    await new Promise((resolve) => { let count = 0; socket.onmessage = () => (count += 1) === 40 && resolve(); });
  })()`);
  const files = await recorded.files();
  const messages = files.messages(files.opens[0]?.socketId).map(({ type, message = "", encoding }) => {
    return `${type} ${encoding === "base64" ? Buffer.from(message, "base64").toString() : message}`;
  });
  const rounds = Array.from({ length: 20 }, (_, round) => [`blob ${round}`, `text ${round}`]).flat();
  expect(messages).toEqual([...rounds.map((text) => `sent ${text}`), ...rounds.map((text) => `received ${text}`)]);
});

test("messages over the limit are truncated and keep their total size", async ({ recorded }) => {
  await recorded.open({ ...contents, bodyLimit: 10 });
  await recorded.page.evaluate(`(async () => { ${helpers}
    const socket = await opened("/echo");
    socket.send("0123456789é");
    socket.send(new Uint8Array(11));
    socket.send(new Blob(["0123456789ab"]));
    await new Promise((resolve) => { let count = 0; socket.onmessage = () => (count += 1) === 3 && resolve(); });
  })()`);
  const files = await recorded.files();
  expect(files.messages(files.opens[0]?.socketId).slice(0, 3)).toMatchObject([
    { size: 12, message: "0123456789", truncated: true },
    { size: 11, message: "AAAAAAAAAAAAAA==", truncated: true },
    { size: 12, message: "MDEyMzQ1Njc4OQ==", truncated: true },
  ]);
});

test("the open record has subprotocols, extensions and the time of the handshake", async ({ recorded, lab }) => {
  await recorded.open();
  await recorded.page.evaluate(
    `(async () => { ${helpers} await opened("/echo?protocol=two", ["one", "two"]); await opened("/echo"); })()`,
  );
  const { opens } = await recorded.files();
  expect(opens[0]).toMatchObject({
    name: `${lab.sockets}/echo?protocol=two`,
    requestedProtocols: ["one", "two"],
    protocol: "two",
    extensions: "permessage-deflate",
  });
  expect(opens[0]?.openedTimeAbs).toBeGreaterThan(opens[0]?.startTimeAbs ?? Infinity);
  expect(opens[1]).not.toHaveProperty("requestedProtocols");
  expect(opens[1]).not.toHaveProperty("protocol");
});

test("sockets closed by the page or the server, dropped, rejected and still open are recorded as such", async ({
  recorded,
}) => {
  await recorded.open();
  await recorded.page.evaluate(`(async () => { ${helpers}
    const closedByPage = await opened("/echo"); closedByPage.close(3001, "page"); await next(closedByPage, "close");
    await next(new WebSocket("/close?code=4002&reason=server"), "close");
    const dropped = await opened("/drop"); dropped.send("go"); await next(dropped, "close");
    await next(new WebSocket("/refuse"), "close");
    window.open = await opened("/echo");
    window.waiting = new WebSocket("/hold");
  })()`);
  const files = await recorded.files();
  const ends = files.opens.map(({ socketId, name, error }) => {
    const close = files.closes.find((line) => line.socketId === socketId);
    return [new URL(name).pathname, close?.code, close?.reason, close?.wasClean, error !== undefined];
  });
  expect(ends).toEqual([
    ["/echo", 3001, "page", true, false],
    ["/close", 4002, "server", true, false],
    ["/drop", 1006, "", false, false],
    ["/refuse", 1006, "", false, true],
    ["/echo", undefined, undefined, undefined, false],
    ["/hold", undefined, undefined, undefined, false],
  ]);
  const errors = (path: string): number =>
    files.messages(files.opens.find(({ name }) => name.endsWith(path))?.socketId).filter(({ type }) => type === "error")
      .length;
  expect(errors("/refuse")).toBe(1);
  expect(files.manifest.counts).toMatchObject({ sockets: 6, errors: 1 });
});

test("a message is recorded as sent only if it was: not when send throws or the socket is closing", async ({
  recorded,
}) => {
  await recorded.open();
  await recorded.page.evaluate(`(async () => { ${helpers}
    const socket = new WebSocket("/echo");
    try { socket.send("too early"); } catch {}
    await next(socket, "open");
    try { socket.send(); } catch {}
    socket.send("in time");
    await next(socket, "message");
    socket.close();
    socket.send("too late");
    await next(socket, "close");
  })()`);
  const files = await recorded.files();
  expect(files.messages(files.opens[0]?.socketId)).toMatchObject([
    { type: "sent", message: "in time" },
    { type: "received", message: "in time" },
    { type: "error", message: "Not sent: the socket was closing or closed" },
  ]);
});

test("a socket without messages has an empty file, and the manifest counts every file", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(`(async () => { ${helpers}
    await opened("/drop");
    const socket = await opened("/echo"); socket.send("a"); await next(socket, "message");
  })()`);
  const { manifest, files, opens } = await recorded.files();
  expect(opens.map(({ socketId = "" }) => manifest.files.sockets[socketId])).toMatchObject([
    { bytes: 0, sent: 0, received: 0, errors: 0 },
    { sent: 1, received: 1, errors: 0 },
  ]);
  for (const { path, bytes } of [manifest.files.resources, ...Object.values(manifest.files.sockets)].filter(
    (file) => file !== undefined,
  )) {
    expect(Buffer.byteLength(files.get(path) ?? ""), path).toBe(bytes);
  }
});

test("a socket opened before the recorder started is recorded from then on, without an open", async ({
  page,
  lab,
  recorded,
}) => {
  const early = `<script>window.early = new WebSocket("/echo");</script>`;
  await page.goto(lab.page(pageWith(contents, "", early)));
  await page.evaluate(`(async () => { ${helpers}
    if (early.readyState !== 1) await next(early, "open");
    early.send("from here on"); await next(early, "message"); early.close(); await next(early, "close");
  })()`);
  const files = await recorded.files();
  expect(files.opens).toEqual([]);
  expect(files.closes).toMatchObject([{ name: `${lab.sockets}/echo`, code: 1005 }]);
  expect(files.messages(files.closes[0]?.socketId)).toMatchObject([
    { type: "sent" },
    { type: "received", message: "from here on" },
  ]);
});

test.describe("the inline stub", () => {
  test("buffers socket events until the recorder is loaded", async ({ page, lab, recorded }) => {
    const stub = `<script src="/recorder/stub.js"></script>`;
    await page.goto(
      lab.page(`<!doctype html><title>Early</title><link rel="icon" href="data:,">${stub}
      <script>
        const socket = window.early = new WebSocket("/echo", "one");
        socket.onopen = () => { socket.send("before"); socket.send(new Uint8Array([1, 2])); };
        window.ready = new Promise((resolve) => { let count = 0; socket.onmessage = () => (count += 1) === 2 && resolve(); });
      </script>`),
    );
    await page.evaluate("ready");
    await page.addScriptTag({ url: "/recorder/replayscope.js" });
    await page.evaluate(`(async () => { ${helpers}
      window.recorder = Replayscope.start(${JSON.stringify(contents)});
      early.send("after"); await next(early, "message"); early.close(); await next(early, "close");
    })()`);
    const files = await recorded.files();
    expect(files.opens).toMatchObject([{ protocol: "one", requestedProtocols: ["one"] }]);
    expect(files.closes).toMatchObject([{ code: 1005 }]);
    expect(files.messages(files.opens[0]?.socketId).map(({ type, message }) => [type, message])).toEqual([
      ["sent", "before"],
      ["sent", "AQI="],
      ["received", "before"],
      ["received", "AQI="],
      ["sent", "after"],
      ["received", "after"],
    ]);
    const [open] = files.opens;
    const [first] = files.messages(open?.socketId);
    expect(first?.timeStamp).toBeGreaterThanOrEqual(open?.openedTimeAbs ?? Infinity);
  });
});

test("messages sent before the recorder was loaded are recorded as sent, even if the socket is closed by then", async ({
  page,
  lab,
  recorded,
}) => {
  await page.goto(
    lab.page(
      `<!doctype html><title>Early</title><link rel="icon" href="data:,"><script src="/recorder/stub.js"></script>`,
    ),
  );
  await page.evaluate(`(async () => { ${helpers}
    const socket = await opened("/echo"); socket.send("in time"); await next(socket, "message"); socket.close(); socket.send("too late"); await next(socket, "close");
  })()`);
  await page.addScriptTag({ url: "/recorder/replayscope.js" });
  await page.evaluate((options) => (window.recorder = window.Replayscope.start(options)), contents);
  const files = await recorded.files();
  expect(files.messages(files.opens[0]?.socketId).map(({ type, message }) => [type, message])).toEqual([
    ["sent", "in time"],
    ["received", "in time"],
    ["error", "Not sent: the socket was closing or closed"],
  ]);
});

test("the stub's buffer is bounded, and events are recorded once when the recorder is loaded late", async ({
  page,
  lab,
  recorded,
}) => {
  await page.goto(
    lab.page(
      `<!doctype html><title>Late</title><link rel="icon" href="data:,"><script src="/recorder/stub.js"></script>`,
    ),
  );
  const buffered = await page.evaluate(`(async () => { ${helpers}
    const first = await opened("/echo");
    const all = new Promise((resolve) => { let count = 0; first.onmessage = () => (count += 1) === 400 && resolve(); });
    for (let number = 0; number < 400; number += 1) first.send("x".repeat(60_000));
    await all;
    window.unobserved = await opened("/echo");
    return window.replayscopeSockets.waiting.length;
  })()`);
  // Of 800 events with 48 million characters, those within the buffer's 30 million.
  expect(buffered).toBeGreaterThan(400);
  expect(buffered).toBeLessThan(500);
  await page.addScriptTag({ url: "/recorder/replayscope.js" });
  await page.evaluate((options) => (window.recorder = window.Replayscope.start(options)), contents);
  await page.evaluate(
    `(async () => { ${helpers} unobserved.send("once"); await next(unobserved, "message"); unobserved.close(); await next(unobserved, "close"); })()`,
  );
  const files = await recorded.files();
  const [close] = files.closes;
  expect(files.messages(close?.socketId).map(({ type, message }) => [type, message])).toEqual([
    ["sent", "once"],
    ["received", "once"],
  ]);
});

test("a burst of messages is recorded completely and in order", async ({ recorded }) => {
  await recorded.open({ ...contents, disableDomRecording: true });
  // Exceeds the queue's limit, so that a part is written synchronously.
  await recorded.page.evaluate(`(async () => { ${helpers}
    const socket = await opened("/echo");
    const text = "x".repeat(100_000);
    for (let number = 0; number < 200; number += 1) socket.send(number + " " + text);
    await new Promise((resolve) => { let count = 0; socket.onmessage = () => (count += 1) === 200 && resolve(); });
  })()`);
  const files = await recorded.files();
  const messages = files.messages(files.opens[0]?.socketId);
  for (const type of ["sent", "received"]) {
    expect(
      messages.filter((message) => message.type === type).map(({ message }) => Number.parseInt(message ?? "", 10)),
    ).toEqual(Array.from({ length: 200 }, (_, number) => number));
  }
});

test("without recordHeadersAndBody WebSocket is native, and a console message gives the reason", async ({
  page,
  recorded,
}) => {
  const texts: string[] = [];
  page.on("console", (message) => texts.push(message.text()));
  await recorded.open({});
  await page.evaluate(
    `(async () => { ${helpers} const socket = await opened("/echo"); socket.send("a"); await next(socket, "message"); })()`,
  );
  const files = await recorded.files();
  expect(files.opens).toEqual([]);
  expect(files.manifest.capture).toMatchObject({ webSockets: false, headersAndBodies: false, workers: false });
  expect(texts.join()).toContain("recordHeadersAndBody: true");
});

test("disableWebSocketEventRecordings excludes sockets only", async ({ page, recorded }) => {
  await recorded.open({ networkRecording: { recordHeadersAndBody: true, disableWebSocketEventRecordings: true } });
  await page.evaluate(`(async () => { ${helpers} await opened("/echo"); await (await fetch("/api/echo")).text(); })()`);
  const files = await recorded.files();
  expect(files.opens).toEqual([]);
  expect(files.requests("/api/echo")).toHaveLength(1);
  expect(files.manifest.capture).toMatchObject({ webSockets: false, headersAndBodies: true });
});

test("stop restores all native functions", async ({ page, recorded }) => {
  const natives = `[WebSocket, WebSocket.prototype.send, WebSocket.prototype.close, fetch, XMLHttpRequest.prototype.open, EventSource,
    EventTarget.prototype.addEventListener, navigator.sendBeacon, console.log]`;
  await page.addInitScript(`window.natives = ${natives};`);
  await recorded.open();
  await page.evaluate(`new EventSource("/api/events").close()`);
  const isNative = `${natives}.map((value, index) => value === natives[index])`;
  expect(await page.evaluate(isNative)).toEqual(Array(9).fill(false));
  expect(await page.evaluate(`recorder.stop().then(() => ${isNative})`)).toEqual(Array(9).fill(true));
  expect(await page.evaluate(`WebSocket.prototype.constructor === WebSocket`)).toBe(true);
});
