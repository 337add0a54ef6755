// What is recorded of HTTP: fetch, XMLHttpRequest, event sources, beacons, and everything else that the page loads.
import { contents, expect, test } from "../../support/lab/test.ts";

test("fetch: method, headers and bodies both ways, with the browser's phases", async ({ recorded, lab }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    await fetch("/api/echo?x=1", {
      method: "post",
      headers: { "X-Mine": "yes", "Content-Type": "application/json" },
      body: '{"a":1}',
    });
  });
  const [line] = (await recorded.files()).requests("/api/echo?x=1");
  expect(line).toMatchObject({
    initiatorType: "fetch",
    method: "POST",
    responseStatus: 200,
    mimeType: "application/json",
  });
  expect(line?.requestResponsePairs).toMatchObject({
    request: {
      url: `${lab.origin}/api/echo?x=1`,
      verb: "POST",
      headers: { "x-mine": "yes", "content-type": "application/json" },
      body: '{"a":1}',
    },
    response: { status: 200, headers: { "x-lab": "yes" } },
  });
  const answer = JSON.parse(line?.requestResponsePairs?.response.body ?? "") as { body: string };
  expect(answer.body).toBe('{"a":1}');
  expect(line?.requestResponsePairs?.response.size).toBe(line?.decodedBodySize);
  expect(line?.startTimeAbs).toBeLessThanOrEqual(line?.responseStartAbs ?? 0);
  expect(line?.responseStartAbs).toBeLessThanOrEqual(line?.responseEndAbs ?? 0);
});

test("fetch: request bodies of every kind", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const form = new FormData();
    form.set("field", "a b");
    form.set("file", new File(["abc"], "a.txt"));
    const bodies = [
      "text",
      new URLSearchParams({ q: "a&b" }),
      form,
      new Blob(["<a/>"], { type: "text/xml" }),
      new Uint8Array([0, 255]),
      new Uint8Array([1]).buffer,
    ];
    for (const body of bodies) await (await fetch("/api/echo", { method: "POST", body })).text();
    const request = new Request("/api/echo", { method: "POST", body: "of a request", headers: { "X-Of": "it" } });
    await (await fetch(request)).text();
    await (await fetch(new Request("/api/echo", { method: "POST" }), { method: "PUT", body: "of the options" })).text();
  });
  const requests = (await recorded.files())
    .requests("/api/echo")
    .map(({ requestResponsePairs: pair }) => pair?.request);
  expect(requests).toMatchObject([
    { verb: "POST", body: "text" },
    { verb: "POST", body: "q=a%26b" },
    { verb: "POST", body: "field=a+b&file=%28file+a.txt%2C+3+bytes%29" },
    { verb: "POST", body: "<a/>" },
    { verb: "POST", body: "AP8=", bodyEncoding: "base64" },
    { verb: "POST", body: "AQ==", bodyEncoding: "base64" },
    { verb: "POST", body: "of a request", headers: { "x-of": "it" } },
    { verb: "PUT", body: "of the options" },
  ]);
});

test("fetch: a request's own body is kept where the answer has been read before it", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const inTime = window.setTimeout.bind(window);
    let late = 500;
    window.setTimeout = ((work: () => void, delay = 0) => {
      const timer = inTime(work, delay + late);
      late = 0;
      return timer;
    }) as typeof setTimeout;
    await (await fetch(new Request("/api/echo", { method: "POST", body: "of a request" }))).text();
    await (await fetch("/api/echo", { method: "POST", body: "after it" })).text();
  });
  const files = await recorded.files();
  const bodies = files.requests("/api/echo").map(({ requestResponsePairs: pair }) => pair?.request.body);
  expect(bodies).toEqual(["of a request", "after it"]);
  // A line is written when its request is over, its own body included.
  expect(files.resources.at(-1)?.requestResponsePairs?.request.body).toBe("of a request");
});

test("fetch: the page's stream is its own: read late, read in parts, cloned, or not at all", async ({ recorded }) => {
  await recorded.open({ networkRecording: { recordHeadersAndBody: true }, bodyLimit: 100 });
  const read = await recorded.page.evaluate(async () => {
    const one = await fetch("/api/text?size=200000");
    const used = [one.bodyUsed, one.body?.locked];
    const late = (await one.text()).length;
    const two = await fetch("/api/bytes?size=200000");
    const copy = two.clone();
    let parts = 0;
    const reader = two.body?.getReader();
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) parts += step.value.length;
    const cloned = (await copy.arrayBuffer()).byteLength;
    await fetch("/api/text?size=3");
    return { used, late, parts, cloned };
  });
  expect(read).toEqual({ used: [false, false], late: 200000, parts: 200000, cloned: 200000 });
  const files = await recorded.files();
  expect(files.requests("/api/text?size=200000")[0]?.requestResponsePairs?.response).toMatchObject({
    body: "x".repeat(100),
    bodyTruncated: true,
  });
  expect(files.requests("/api/bytes?size=200000")[0]?.requestResponsePairs?.response).toMatchObject({
    bodyEncoding: "base64",
    bodyTruncated: true,
  });
  expect(files.requests("/api/text?size=3")[0]?.requestResponsePairs?.response).toMatchObject({ body: "xxx", size: 3 });
});

test("fetch: a stream is there for the page line by line, and recorded whole", async ({ recorded }) => {
  await recorded.open();
  const lines = await recorded.page.evaluate(async () => {
    const { body } = await fetch("/api/stream");
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    const lines: (string | undefined)[] = [];
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
      lines.push(step.value);
      if (lines.length < 3) void fetch("/api/next", { method: "POST" });
    }
    return lines;
  });
  expect(lines).toEqual(["line 1\n", "line 2\n", "line 3\n"]);
  const [line] = (await recorded.files()).requests("/api/stream");
  expect(line?.requestResponsePairs?.response.body).toBe("line 1\nline 2\nline 3\n");
});

test("fetch: failed, canceled, broken off and still under way", async ({ recorded }) => {
  await recorded.open();
  const names = await recorded.page.evaluate(async () => {
    const failure = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "none",
        (error: Error) => error.name,
      );
    const abort = new AbortController();
    const canceled = failure(fetch("/api/never?canceled", { signal: abort.signal }));
    abort.abort();
    void fetch("/api/never?pending");
    const dead = failure(fetch("http://127.0.0.1:9/"));
    const broken = failure(fetch("/api/break").then((response) => response.text()));
    return Promise.all([canceled, dead, broken, failure(fetch("/api/status/404"))]);
  });
  expect(names).toEqual(["AbortError", "TypeError", "TypeError", "none"]);
  const files = await recorded.files();
  const about = (end: string): object | undefined => files.requests(end)[0];
  expect(about("?canceled")).toMatchObject({ outcome: "canceled", error: expect.stringContaining("AbortError") });
  expect(about(":9/")).toMatchObject({ outcome: "failed" });
  expect(about("/api/break")).toMatchObject({ outcome: "failed", responseStatus: 200 });
  expect(about("?pending")).toMatchObject({ outcome: "pending" });
  expect(about("?pending")).not.toHaveProperty("responseEndAbs");
  expect(about("/status/404")).toMatchObject({ responseStatus: 404 });
});

test("fetch: a rejection that nobody handles is reported as ever; errors are the browser's", async ({
  page,
  recorded,
}) => {
  const unhandled: string[] = [];
  page.on("pageerror", (error) => unhandled.push(error.message));
  await recorded.open();
  const same = await page.evaluate(async () => {
    const failure = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "none",
        (error: Error) => `${error.name}: ${error.message}`,
      );
    void fetch("http://127.0.0.1:9/");
    return [
      await failure(fetch("http://[/")),
      await failure((fetch as () => Promise<unknown>)()),
      await failure(fetch("/api/echo", { body: "a" })),
      fetch.name,
      fetch.length,
      fetch("/api/echo") instanceof Promise,
    ];
  });
  expect(same).toEqual([
    expect.stringContaining("Failed to parse URL from http://[/"),
    expect.stringContaining("1 argument required"),
    expect.stringContaining("GET/HEAD method cannot have body"),
    "fetch",
    1,
    true,
  ]);
  await expect.poll(() => unhandled).toEqual(["Failed to fetch"]);
});

test("equal requests at once: each has its own line and its own timing", async ({ recorded }) => {
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
  const lines = (await recorded.files()).requests("/api/echo");
  expect(
    lines
      .filter(({ initiatorType }) => initiatorType === "fetch")
      .map(({ requestResponsePairs: pair }) => pair?.request.body)
      .sort(),
  ).toEqual(Array.from({ length: 12 }, (_, index) => `fetch ${index}`).sort());
  expect(lines.filter(({ initiatorType }) => initiatorType === "xmlhttprequest")).toHaveLength(3);
  expect(lines).toHaveLength(15);
  // Only the browser knows when an answer began: each line has met its timing, and no two the same.
  expect(lines.every(({ responseStartAbs = 0, startTimeAbs = 0 }) => responseStartAbs >= startTimeAbs)).toBe(true);
  expect(new Set(lines.map(({ requestResponsePairs: pair }) => pair?.request.id)).size).toBe(15);
});

test("XMLHttpRequest: headers, bodies and answers of every type", async ({ recorded }) => {
  await recorded.open();
  const answers = await recorded.page.evaluate(async () => {
    const ask = (
      method: string,
      url: string,
      type: XMLHttpRequestResponseType,
      body?: XMLHttpRequestBodyInit,
    ): Promise<unknown> =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.setRequestHeader("X-Mine", "one");
        request.responseType = type;
        request.onloadend = () =>
          resolve(type === "json" ? (request.response as { body: string }).body : request.status);
        request.send(body);
      });
    return [
      await ask("POST", "/api/echo", "json", '{"a":1}'),
      await ask("GET", "/api/text?size=5", "text"),
      await ask("GET", "/api/bytes?size=3", "arraybuffer"),
      await ask("GET", "/api/bytes?size=4", "blob"),
      await ask("PUT", "/api/status/500", "", new Blob(["blob"])),
    ];
  });
  expect(answers).toEqual(['{"a":1}', 200, 200, 200, 500]);
  const files = await recorded.files();
  const pair = (end: string): object | undefined => files.requests(end)[0]?.requestResponsePairs;
  expect(pair("/api/echo")).toMatchObject({
    request: { verb: "POST", headers: { "x-mine": "one" }, body: '{"a":1}' },
    response: { status: 200, headers: { "x-lab": "yes" } },
  });
  expect(pair("size=5")).toMatchObject({ response: { body: "xxxxx", size: 5 } });
  expect(pair("size=3")).toMatchObject({ response: { body: "AAEC", bodyEncoding: "base64", size: 3 } });
  expect(pair("size=4")).toMatchObject({ response: { body: "AAECAw==", bodyEncoding: "base64", size: 4 } });
  expect(pair("/500")).toMatchObject({ request: { verb: "PUT" }, response: { status: 500, body: '{"status":500}' } });
});

test("XMLHttpRequest: failed, aborted, timed out, opened anew, synchronous", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const opened = (url: string, isAsync = true): XMLHttpRequest => {
      const request = new XMLHttpRequest();
      request.open("GET", url, isAsync);
      return request;
    };
    const ended = (request: XMLHttpRequest): Promise<unknown> => {
      const end = new Promise((resolve) => (request.onloadend = resolve));
      request.send();
      return end;
    };
    const aborted = opened("/api/never?aborted");
    const end = ended(aborted);
    aborted.abort();
    const slow = opened("/api/never?slow");
    slow.timeout = 20;
    const again = opened("/api/never?again");
    again.send();
    again.open("GET", "/api/echo?again");
    await Promise.all([end, ended(opened("http://127.0.0.1:9/")), ended(slow), ended(again)]);
    opened("/api/echo?sync", false).send();
  });
  const files = await recorded.files();
  const about = (end: string): object | undefined => files.requests(end)[0];
  expect(about("?aborted")).toMatchObject({ outcome: "canceled" });
  expect(about(":9/")).toMatchObject({ outcome: "failed" });
  expect(about("?slow")).toMatchObject({ outcome: "failed", error: "Timed out" });
  expect(about("never?again")).toMatchObject({ outcome: "canceled" });
  expect(about("echo?again")).toMatchObject({ responseStatus: 200 });
  expect(about("?sync")).toMatchObject({ responseStatus: 200 });
});

test("XMLHttpRequest: one that is used again and again is a request each time, whoever hears first that it is done", async ({
  recorded,
}) => {
  await recorded.open();
  const outcome = await recorded.page.evaluate(async () => {
    const request = new XMLHttpRequest();
    let round = 1;
    const done = new Promise((resolve) => {
      // Set before the recorder listens.
      request.onload = () => {
        round += 1;
        if (round > 4) return resolve(0);
        request.open("GET", `/api/echo?round=${round}`);
        request.send();
      };
    });
    request.open("GET", "/api/echo?round=1");
    request.setRequestHeader("X-Twice", "one");
    request.setRequestHeader("X-Twice", "two");
    request.send();
    let twice = "";
    try {
      request.send();
    } catch (error) {
      twice = (error as Error).name;
    }
    await done;
    const broken = new XMLHttpRequest();
    broken.open("GET", "/api/text?size=3");
    broken.responseType = "json";
    broken.send();
    await new Promise((resolve) => (broken.onload = resolve));
    return [twice, broken.response as unknown];
  });
  expect(outcome).toEqual(["InvalidStateError", null]);
  const files = await recorded.files();
  for (const round of [1, 2, 3, 4]) {
    const lines = files.requests(`?round=${round}`);
    expect(lines).toMatchObject([{ initiatorType: "xmlhttprequest", responseStatus: 200 }]);
    expect(lines[0]).not.toHaveProperty("outcome");
  }
  expect(files.requests("round=1")[0]?.requestResponsePairs?.request.headers).toMatchObject({ "x-twice": "one, two" });
  expect(files.requests("size=3")[0]?.requestResponsePairs?.response).not.toHaveProperty("body");
});

test("answers without a body, and those that the page may not read, are recorded as such", async ({
  recorded,
  lab,
  page,
}) => {
  const other = lab.origin.replace("127.0.0.1", "localhost");
  const ask = async (other: string): Promise<unknown[]> => {
    const empty = await fetch("/api/status/204");
    const head = await fetch("/api/text?size=9", { method: "HEAD" });
    const opaque = await fetch(`${other}/api/text?opaque`, { mode: "no-cors" });
    const moved = await fetch("/api/moved");
    await moved.text();
    return [
      empty.body === null,
      await empty.text(),
      await head.text(),
      opaque.type,
      opaque.body === null,
      moved.redirected,
    ];
  };
  await page.goto(lab.page("<!doctype html><title>Without</title><link rel=icon href=data:,>"));
  const without = await page.evaluate(ask, other);
  await recorded.open();
  expect(await page.evaluate(ask, other)).toEqual(without);
  expect(without.slice(1, 4)).toEqual(["", "", "opaque"]);
  const files = await recorded.files();
  expect(files.requests("/status/204")).toMatchObject([{ responseStatus: 204 }]);
  expect(files.requests("size=9")).toMatchObject([{ method: "HEAD", responseStatus: 200 }]);
  expect(files.requests("?opaque")).toHaveLength(1);
  // Listed under the address that was asked for.
  expect(files.requests("/api/moved")).toMatchObject([
    { responseStatus: 200, requestResponsePairs: { response: { status: 200 } } },
  ]);
});

test("an event source is a request with its messages in a file, those with a name of their own too", async ({
  recorded,
}) => {
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
  const [line] = files.requests("/api/events");
  expect(line).toMatchObject({
    initiatorType: "eventsource",
    method: "GET",
    responseStatus: 200,
    mimeType: "text/event-stream",
  });
  expect(files.requests("/api/events")).toHaveLength(1);
  expect(files.messages(line?.socketId).map(({ type, message, event, size }) => [type, message, event, size])).toEqual([
    ["received", "one", undefined, 3],
    ["received", "two", "tick", 3],
    ["received", "three – 🍐", undefined, 14],
  ]);
  expect(files.manifest.files.sockets[line?.socketId ?? ""]).toMatchObject({ received: 3 });
});

test("an event source that was refused has failed", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(() => new Promise((resolve) => (new EventSource("/api/status/404").onerror = resolve)));
  await expect
    .poll(async () => (await recorded.files()).requests("/status/404").map(({ outcome }) => outcome))
    .toEqual(["failed"]);
});

test("beacons carry blobs and forms too", async ({ recorded }) => {
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

test("an address that holds a whole file is kept to its beginning", async ({ recorded }) => {
  await recorded.open();
  const length = await recorded.page.evaluate(
    async () => (await (await fetch(`data:text/plain,${"x".repeat(300_000)}`)).text()).length,
  );
  expect(length).toBe(300_000);
  const [line] = (await recorded.files()).resources.filter(({ name }) => name.startsWith("data:"));
  expect(line?.name).toHaveLength(60_000);
});

test("beacons are recorded with what they carry", async ({ recorded }) => {
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

test("the page and all it loads are listed once, each with its times and status", async ({ recorded, lab }) => {
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

test("without recordHeadersAndBody requests are listed with their outcome, and nothing of their contents", async ({
  recorded,
}) => {
  await recorded.open({});
  await recorded.page.evaluate(async () => (await fetch("/api/echo", { method: "POST", body: "private" })).text());
  const files = await recorded.files();
  expect(files.requests("/api/echo")).toMatchObject([{ method: "POST", responseStatus: 200 }]);
  expect(files.requests("/api/echo")[0]).not.toHaveProperty("requestResponsePairs");
  expect([...files.files.values()].join()).not.toContain("private");
});

test("with networkRecording false there are no requests", async ({ recorded }) => {
  await recorded.open({ networkRecording: false });
  await recorded.page.evaluate(async () => (await fetch("/api/echo")).text());
  expect((await recorded.files()).resources).toEqual([]);
});
