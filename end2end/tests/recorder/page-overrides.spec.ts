// Functions that a page replaces and objects that it passes: the recorder does not change how they
// work.
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

const next = `const next = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));`;

test("a fetch replaced by the page before the recorder starts behaves as without the recorder", async ({
  page,
  lab,
  recorded,
}) => {
  const override = `<script>
    const nativeFetch = window.fetch.bind(window);
    window.fetch = (url, ...more) => {
      if (url === "read") return nativeFetch("/api/echo?read").then(async (response) => (await response.text(), response));
      if (url === "mock") return Promise.resolve({ ok: true, mine: "yes" });
      if (url === "at once") return "no promise";
      if (url === "throw") throw new RangeError("mine");
      return nativeFetch(url, ...more);
    };
  </script>`;
  await page.goto(lab.page(pageWith(contents, "", override)));
  const results = await page.evaluate(async () => {
    const read = await fetch("read");
    const mock = (await fetch("mock")) as unknown as { mine: string };
    const thrown = ((): string => {
      try {
        void fetch("throw");
        return "nothing";
      } catch (error) {
        return String(error);
      }
    })();
    const atOnce: unknown = fetch("at once");
    return [read.status, read.bodyUsed, mock.mine, atOnce, thrown, await (await fetch("/api/text?size=2")).text()];
  });
  expect(results).toEqual([200, true, "yes", "no promise", "RangeError: mine", "xx"]);
  expect((await recorded.files()).requests("size=2")).toMatchObject([{ responseStatus: 200 }]);
});

test("fetch arguments are converted once, and invalid ones are rejected by the browser", async ({ page, recorded }) => {
  await recorded.open();
  const results = await page.evaluate(async () => {
    let conversions = 0;
    const failure = async (work: () => Promise<unknown>): Promise<string> => {
      let promise: Promise<unknown>;
      try {
        promise = work();
      } catch {
        return "thrown";
      }
      return promise.then(
        () => "none",
        (error: Error) => `rejected with ${error.name}`,
      );
    };
    const address = { toString: () => ((conversions += 1), "/api/echo?asked") } as unknown as string;
    const wrong = {
      toString(): string {
        throw new RangeError("mine");
      },
    } as unknown as string;
    return [
      await failure(() => fetch(address)),
      conversions,
      await failure(() => fetch(wrong)),
      await failure(() => fetch(Symbol("s") as unknown as string)),
      await failure(() => fetch(Object.create(null) as string)),
      await failure(() => fetch("/api/echo", 5 as unknown as RequestInit)),
      await failure(() => fetch("/api/echo", { method: Symbol("s") as unknown as string })),
    ];
  });
  expect(results).toEqual([
    "none",
    1,
    "rejected with RangeError",
    "rejected with TypeError",
    "rejected with TypeError",
    "rejected with TypeError",
    "rejected with TypeError",
  ]);
});

test("a WebSocket class replaced by the page works as without the recorder", async ({ page, lab, recorded }) => {
  const override = `<script>
    window.WebSocket = class Mock {
      static OPEN = 1;
      constructor(url) { this.url = url; this.sent = []; }
      send(data) { this.sent.push(data); }
    };
  </script>`;
  await page.goto(lab.page(pageWith(contents, "", override)));
  const seen = await page.evaluate(
    `(() => { const socket = new WebSocket("mock:"); socket.send("a"); return [socket.url, socket.sent, socket instanceof WebSocket, WebSocket.OPEN]; })()`,
  );
  expect(seen).toEqual(["mock:", ["a"], true, 1]);
  expect((await recorded.files()).opens).toEqual([]);
});

test("a WebSocket class replaced before the inline stub does not stop the recorder from taking over", async ({
  page,
  lab,
  recorded,
}) => {
  const override = `<script>
    window.WebSocket = class Mock { constructor(url) { this.url = url; } send() {} };
  </script><script src="/recorder/stub.js"></script><script>new WebSocket("mock:").send("early");</script>`;
  await page.goto(lab.page(pageWith(contents, "", override)));
  await page.evaluate(async () => (await fetch("/api/echo?after")).text());
  expect(
    await page.evaluate(() => (new WebSocket("mock:").send("late"), window.replayscopeSockets?.waiting.length)),
  ).toBe(0);
  expect((await recorded.files()).requests("?after")).toHaveLength(1);
});

test("without sendBeacon and with a frozen prototype, everything else is recorded", async ({ page, recorded }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "sendBeacon");
    Object.freeze(WebSocket.prototype);
  });
  await recorded.open();
  await page.evaluate(async () => (await fetch("/api/echo?here")).text());
  expect((await recorded.files()).requests("?here")).toHaveLength(1);
});

test("blobs, buffers and requests of another frame are sent unchanged", async ({ page, recorded }) => {
  await recorded.open(contents, `<iframe srcdoc="<p>Frame</p>"></iframe>`);
  const received = await page.evaluate(`(async () => { ${next}
    const other = document.querySelector("iframe").contentWindow;
    const socket = new WebSocket("/echo");
    socket.binaryType = "arraybuffer";
    await next(socket, "open");
    const answers = [];
    const all = new Promise((resolve) => (socket.onmessage = ({ data }) => answers.push(typeof data === "string" ? data : [...new Uint8Array(data)]) === 4 && resolve()));
    socket.send(new other.Blob(["ab"]));
    socket.send(new other.File(["c"], "c.txt"));
    socket.send(new other.Uint8Array([1, 2]).buffer);
    socket.send(new other.Uint8Array([3, 4]).subarray(1));
    await all;
    const echo = await (await fetch(new other.Request("/api/echo?other", { method: "POST", body: "of the frame" }))).json();
    return [answers, echo.body];
  })()`);
  expect(received).toEqual([[[97, 98], [99], [1, 2], [4]], "of the frame"]);
  const files = await recorded.files();
  expect(
    files
      .messages(files.opens[0]?.socketId)
      .filter(({ type }) => type === "sent")
      .map(({ message, opcode }) => [message, opcode]),
  ).toEqual([
    ["YWI=", 2],
    ["Yw==", 2],
    ["AQI=", 2],
    ["BA==", 2],
  ]);
  expect(files.requests("?other")).toMatchObject([
    { requestResponsePairs: { request: { verb: "POST", body: "of the frame" } } },
  ]);
});

test("transferred buffers are handled as the browser handles them", async ({ page, lab, recorded }) => {
  const send = `(async () => { ${next}
    const transferred = new Uint8Array([1, 2]);
    structuredClone(transferred.buffer, { transfer: [transferred.buffer] });
    const outcome = (work) => { try { return String(work()); } catch (error) { return error.name; } };
    const socket = new WebSocket("/echo"); await next(socket, "open");
    const request = new XMLHttpRequest(); request.open("POST", "/api/echo");
    return [outcome(() => socket.send(transferred)), outcome(() => socket.send(transferred.buffer)), outcome(() => request.send(transferred)), outcome(() => navigator.sendBeacon("/api/echo", transferred))];
  })()`;
  await page.goto(lab.page("<!doctype html><title>Without</title><link rel=icon href=data:,>"));
  const without = await page.evaluate(send);
  await recorded.open();
  expect(await page.evaluate(send)).toEqual(without);
});

test("a page may wrap the recorder's functions, and after stop nothing is recorded through them", async ({
  page,
  recorded,
}) => {
  await recorded.open();
  const results = await page.evaluate(async () => {
    const wrap = (owner: object, name: string, change: (args: unknown[]) => unknown[]): void => {
      const wrapped = Reflect.get(owner, name) as () => unknown;
      Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
        return Reflect.apply(wrapped, this ?? window, change(args)) as unknown;
      });
    };
    wrap(window, "fetch", (args) => args);
    wrap(XMLHttpRequest.prototype, "open", (args) => args);
    wrap(WebSocket.prototype, "send", ([text]) => [`${text as string}, wrapped`]);
    const use = async (name: string): Promise<string[]> => {
      const socket = new WebSocket("/echo");
      await new Promise((resolve) => (socket.onopen = resolve));
      socket.send(name);
      const { data } = await new Promise<MessageEvent<string>>((resolve) => (socket.onmessage = resolve));
      const request = new XMLHttpRequest();
      request.open("GET", `/api/echo?xhr-${name}`);
      const loaded = new Promise((resolve) => (request.onload = resolve));
      request.send();
      await loaded;
      return [data, String((await fetch(`/api/echo?fetch-${name}`)).status)];
    };
    const before = await use("before");
    await window.recorder.stop();
    return [before, await use("after")];
  });
  expect(results).toEqual([
    ["before, wrapped", "200"],
    ["after, wrapped", "200"],
  ]);
  const files = await recorded.files();
  expect(files.requests("?fetch-before")).toHaveLength(1);
  expect(files.requests("?xhr-before")).toHaveLength(1);
  expect(files.messages(files.opens[0]?.socketId).map(({ message }) => message)).toEqual([
    "before, wrapped",
    "before, wrapped",
  ]);
  expect([...files.files.values()].join()).not.toContain("after");
});

test("a page with a strict Content-Security-Policy is recorded without console errors", async ({
  page,
  lab,
  recorded,
}) => {
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  const policy = `default-src 'none'; script-src 'self' 'nonce-lab'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
  const html = pageWith(contents, "<p>Strict</p>")
    .replace("<script>", `<script nonce="lab">`)
    .replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`);
  await page.goto(lab.page(html));
  await page.evaluate(async () => (await fetch("/api/echo?strict")).text());
  const files = await recorded.files();
  expect(files.requests("?strict")).toHaveLength(1);
  expect(JSON.stringify(files.events)).toContain("Strict");
  expect(errors).toEqual([]);
});

test("after document.open the console is still recorded, and the last batch is delivered", async ({
  page,
  lab,
  recorded,
}) => {
  const endpoint = `${lab.origin}/collect/document-open`;
  await recorded.open({ ...contents, endpoint });
  const id = await page.evaluate(() => window.recorder.sessionId);
  await page.evaluate(() => {
    document.open();
    document.write("<!doctype html><title>Rewritten</title><p>Rewritten</p>");
    document.close();
  });
  // The recorder detects it within half a second.
  const exceptionCount = async (): Promise<number> => {
    await page.evaluate(() =>
      setTimeout(() => {
        throw new Error("of the new page");
      }),
    );
    await page.evaluate(() => window.recorder.flush());
    return lab.collector.session(id).console.filter(({ level }) => level === "exception").length;
  };
  await expect.poll(exceptionCount).toBeGreaterThan(0);
  await page.evaluate(() => console.log("last message"));
  await page.goto("about:blank");
  await expect.poll(() => lab.collector.session(id).console.map(({ args }) => args[0])).toContain("last message");
});

test("after document.open the DOM is recorded from a new full snapshot on", async ({ page, recorded }) => {
  await recorded.open(contents, "<p>Before</p>");
  await page.evaluate(() => {
    document.open();
    document.write(
      `<!doctype html><title>Rewritten</title><button onclick="this.textContent = 'Pressed'">Press me</button>`,
    );
    document.close();
  });
  const countEvents = async (type: number, content: string): Promise<number> =>
    (await recorded.files()).events.filter(
      (event) => event.type === type && JSON.stringify(event.data).includes(content),
    ).length;
  await expect.poll(() => countEvents(2, "Press me")).toBe(1);
  await page.getByRole("button").click();
  await expect.poll(() => countEvents(3, "Pressed")).toBeGreaterThan(0);
  // Clicks are recorded by listeners, which `document.open` removes.
  const { events: all } = await recorded.files();
  expect(all.some(({ type, data }) => type === 3 && data["source"] === 2 && data["type"] === 2)).toBe(true);
  expect(await countEvents(2, "Before")).toBe(1);
});
