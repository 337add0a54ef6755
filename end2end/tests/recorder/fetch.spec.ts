// Requests made with fetch: what is recorded, and that the page is not affected.
import { expect, test } from "../../support/lab/test.ts";

test("method, headers, bodies and timings of a request and its response are recorded", async ({ recorded, lab }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const response = await fetch("/api/echo?x=1", {
      method: "post",
      headers: { "X-Mine": "yes", "Content-Type": "application/json" },
      body: '{"a":1}',
    });
    await response.json();
  });
  const [record] = (await recorded.files()).requests("/api/echo?x=1");
  expect(record).toMatchObject({
    initiatorType: "fetch",
    method: "POST",
    responseStatus: 200,
    mimeType: "application/json",
  });
  expect(record?.requestResponsePairs).toMatchObject({
    request: {
      url: `${lab.origin}/api/echo?x=1`,
      verb: "POST",
      headers: { "x-mine": "yes", "content-type": "application/json" },
      body: '{"a":1}',
    },
    response: { status: 200, headers: { "x-lab": "yes" } },
  });
  const echo = JSON.parse(record?.requestResponsePairs?.response.body ?? "") as { body: string };
  expect(echo.body).toBe('{"a":1}');
  expect(record?.requestResponsePairs?.response.size).toBe(record?.decodedBodySize);
  expect(record?.startTimeAbs).toBeLessThanOrEqual(record?.responseStartAbs ?? 0);
  expect(record?.responseStartAbs).toBeLessThanOrEqual(record?.responseEndAbs ?? 0);
});

test("request bodies of every type are recorded", async ({ recorded }) => {
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

test("a body that is read asynchronously is recorded even if the response is read first", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const body = new Blob(["x".repeat(100_000)], { type: "text/plain" });
    await (await fetch("/api/text?size=2", { method: "POST", body })).text();
  });
  const [record] = (await recorded.files()).requests("size=2");
  expect(record?.requestResponsePairs?.request.body).toHaveLength(100_000);
});

test("the page can read its response late, in parts, cloned, or not at all", async ({ recorded }) => {
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
  expect(files.requests("/api/text?size=3")[0]?.requestResponsePairs?.response).toMatchObject({
    status: 200,
    bodyOmitted: "not-read",
  });
});

test("a streamed response reaches the page line by line and is recorded completely", async ({ recorded }) => {
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
  const [record] = (await recorded.files()).requests("/api/stream");
  expect(record?.requestResponsePairs?.response.body).toBe("line 1\nline 2\nline 3\n");
});

test("failed, canceled, interrupted and pending requests are recorded as such", async ({ recorded }) => {
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
    const unreachable = failure(fetch("http://127.0.0.1:9/"));
    const interrupted = failure(fetch("/api/break").then((response) => response.text()));
    return Promise.all([canceled, unreachable, interrupted, failure(fetch("/api/status/404"))]);
  });
  expect(names).toEqual(["AbortError", "TypeError", "TypeError", "none"]);
  const files = await recorded.files();
  const recordOf = (end: string): object | undefined => files.requests(end)[0];
  expect(recordOf("?canceled")).toMatchObject({ outcome: "canceled", error: expect.stringContaining("AbortError") });
  expect(recordOf(":9/")).toMatchObject({ outcome: "failed" });
  expect(recordOf("/api/break")).toMatchObject({ outcome: "failed", responseStatus: 200 });
  expect(recordOf("?pending")).toMatchObject({ outcome: "pending" });
  expect(recordOf("?pending")).not.toHaveProperty("responseEndAbs");
  expect(recordOf("/status/404")).toMatchObject({ responseStatus: 404 });
});

test("unhandled rejections are reported, and errors are the browser's own", async ({ page, recorded }) => {
  const unhandled: string[] = [];
  page.on("pageerror", (error) => unhandled.push(error.message));
  await recorded.open();
  const results = await page.evaluate(async () => {
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
  expect(results).toEqual([
    expect.stringContaining("Failed to parse URL from http://[/"),
    expect.stringContaining("1 argument required"),
    expect.stringContaining("GET/HEAD method cannot have body"),
    "fetch",
    1,
    true,
  ]);
  await expect.poll(() => unhandled).toEqual(["Failed to fetch"]);
});

test("empty, opaque and redirected responses are recorded, and reach the page unchanged", async ({
  recorded,
  lab,
  page,
}) => {
  const other = lab.origin.replace("127.0.0.1", "localhost");
  const request = async (other: string): Promise<unknown[]> => {
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
  const without = await page.evaluate(request, other);
  await recorded.open();
  expect(await page.evaluate(request, other)).toEqual(without);
  expect(without.slice(1, 4)).toEqual(["", "", "opaque"]);
  const files = await recorded.files();
  expect(files.requests("/status/204")).toMatchObject([{ responseStatus: 204 }]);
  expect(files.requests("size=9")).toMatchObject([{ method: "HEAD", responseStatus: 200 }]);
  expect(files.requests("?opaque")).toHaveLength(1);
  // Listed under the requested URL.
  expect(files.requests("/api/moved")).toMatchObject([
    { responseStatus: 200, requestResponsePairs: { response: { status: 200 } } },
  ]);
});
