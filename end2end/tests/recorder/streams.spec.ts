// Response bodies that a page reads in its own way: the recorder records what the page reads, and
// reads nothing itself.
import { contents, expect, test } from "../../support/lab/test.ts";
import { observeBoth } from "../../support/lab/observe-both.ts";

test("readers that are canceled after one chunk free their connections, and what was read is recorded", async ({
  recorded,
}) => {
  const { observed, files } = await observeBoth(recorded, async () => {
    const lengths: boolean[] = [];
    // As many as a browser opens connections to a host.
    for (let count = 0; count < 6; count += 1) {
      const reader = (await fetch("/api/trickle")).body?.getReader();
      lengths.push(((await reader?.read())?.value?.length ?? 0) > 0);
      await reader?.cancel("enough");
    }
    return [lengths, await (await fetch("/api/text?size=2")).text()];
  });
  expect(observed[1]).toBe("xx");
  const canceled = files.requests("/api/trickle");
  expect(canceled).toHaveLength(6);
  for (const record of canceled)
    expect(record).toMatchObject({
      outcome: "canceled",
      responseStatus: 200,
      requestResponsePairs: { response: { body: expect.stringMatching(/^(0123456789)+$/), bodyTruncated: true } },
    });
});

test("an abort after the body was read leaves a success with its body", async ({ recorded }) => {
  const { files } = await observeBoth(recorded, async () => {
    const lengths: number[] = [];
    for (let delay = 0; delay <= 25; delay += 5) {
      const controller = new AbortController();
      const response = await fetch(`/api/text?size=1000&delay=${delay}`, { signal: controller.signal });
      lengths.push((await response.text()).length);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      controller.abort();
    }
    return lengths;
  });
  for (let delay = 0; delay <= 25; delay += 5) {
    const [record] = files.requests(`delay=${delay}`);
    expect(record).toMatchObject({
      responseStatus: 200,
      requestResponsePairs: { response: { body: "x".repeat(1000), size: 1000 } },
    });
    expect(record).not.toHaveProperty("outcome");
    expect(record).not.toHaveProperty("error");
  }
});

test("abort with any reason rejects with that reason and is recorded as canceled", async ({ recorded }) => {
  const { observed, files } = await observeBoth(recorded, async () => {
    const reasons: unknown[] = [
      Object.assign(Object.create(null), { own: true }),
      "text",
      undefined,
      new Error("mine"),
      7,
    ];
    const results: unknown[] = [];
    for (const [index, reason] of reasons.entries()) {
      for (const isReading of [false, true]) {
        const controller = new AbortController();
        const path = isReading ? "/api/trickle" : "/api/never";
        const call = fetch(`${path}?reason=${index}`, { signal: controller.signal });
        const work = isReading ? call.then((response) => response.text()) : call;
        if (isReading) await call;
        controller.abort(reason);
        const error: unknown = await work.catch((error: unknown) => error);
        results.push(reason === undefined ? (error as Error).name : error === reason);
      }
    }
    return results;
  });
  expect(observed).toEqual([true, true, true, true, "AbortError", "AbortError", true, true, true, true]);
  for (let index = 0; index < 5; index += 1)
    expect(files.requests(`reason=${index}`).map(({ outcome }) => outcome)).toEqual(["canceled", "canceled"]);
});

test("a response that pauses is recorded as the page read it, and flush and zip do not wait for it", async ({
  page,
  recorded,
}) => {
  await recorded.open();
  await page.evaluate(async () => {
    const lines: string[] = [];
    const response = await fetch("/api/stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    Object.assign(window, { lines, reader });
    lines.push((await reader?.read())?.value ?? "");
  });
  await page.evaluate(() => window.recorder.flush());
  expect((await recorded.files()).requests("/api/stream")).toMatchObject([
    { outcome: "pending", requestResponsePairs: { response: { body: "line 1\n", bodyTruncated: true } } },
  ]);
  const lines = await page.evaluate(async () => {
    const { lines, reader } = window as unknown as { lines: string[]; reader: ReadableStreamDefaultReader<string> };
    for (let line = 2; line <= 3; line += 1) {
      await fetch("/api/next", { method: "POST" });
      lines.push((await reader.read()).value ?? "");
    }
    return [...lines, (await reader.read()).done];
  });
  expect(lines).toEqual(["line 1\n", "line 2\n", "line 3\n", true]);
  const [record] = (await recorded.files()).requests("/api/stream");
  expect(record?.requestResponsePairs?.response).toMatchObject({ body: "line 1\nline 2\nline 3\n", size: 21 });
  expect(record).not.toHaveProperty("outcome");
});

test("flush, zip and stop answer while an endless response is read", async ({ page, recorded }) => {
  await recorded.open();
  await page.evaluate(async () => {
    const response = await fetch("/api/trickle");
    void response.text();
    void (await fetch("/api/trickle?read")).body?.pipeTo(new WritableStream());
    await window.recorder.flush();
    await window.recorder.stop();
  });
  const files = await recorded.files();
  expect(files.requests("/api/trickle")).toMatchObject([{ outcome: "pending", responseStatus: 200 }]);
  expect(files.requests("?read")).toMatchObject([{ outcome: "pending", responseStatus: 200 }]);
});

/** A page whose own fetch returns a lazy stream and notes what happens to it. */
const lazyFetch = `<script>
  window.events = [];
  window.fetch = async (input) => {
    let count = 0;
    const body = new ReadableStream({
      pull: (controller) => { events.push("pull " + (count += 1)); controller.enqueue(new TextEncoder().encode("chunk " + count)); if (count === 4) controller.close(); },
      cancel: (reason) => { events.push("cancel " + reason); },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "Content-Type": "text/plain" } });
  };
</script>`;

test("a lazy stream is pulled only by the page, and the reason of a cancel arrives", async ({ recorded }) => {
  const { observed, files } = await observeBoth(
    recorded,
    async () => {
      const seen = (window as unknown as { events: string[] }).events;
      const tasks = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20));
      const response = await fetch("/lazy?canceled");
      await tasks();
      const before = seen.length;
      const reader = response.body?.getReader();
      await reader?.read();
      await tasks();
      await reader?.cancel("mine");
      await fetch("/lazy?unread");
      await tasks();
      await (await fetch("/lazy?stream-canceled")).body?.cancel("unread");
      const whole = await (await fetch("/lazy?whole")).text();
      return [before, whole, seen];
    },
    { before: lazyFetch },
  );
  expect(observed).toEqual([
    0,
    "chunk 1chunk 2chunk 3chunk 4",
    ["pull 1", "cancel mine", "cancel unread", "pull 1", "pull 2", "pull 3", "pull 4"],
  ]);
  expect(files.requests("?canceled")).toMatchObject([
    { outcome: "canceled", requestResponsePairs: { response: { body: "chunk 1", bodyTruncated: true } } },
  ]);
  expect(files.requests("?unread")).toMatchObject([
    { requestResponsePairs: { response: { bodyOmitted: "not-read" } } },
  ]);
  expect(files.requests("?stream-canceled")).toMatchObject([
    { outcome: "canceled", requestResponsePairs: { response: { bodyOmitted: "not-read" } } },
  ]);
  expect(files.requests("?whole")).toMatchObject([
    { requestResponsePairs: { response: { body: "chunk 1chunk 2chunk 3chunk 4", size: 28 } } },
  ]);
});

test("pipes keep their back-pressure and pass errors and reasons on", async ({ recorded }) => {
  const { observed, files } = await observeBoth(
    recorded,
    async () => {
      const seen = (window as unknown as { events: string[] }).events;
      const tasks = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20));
      const results: unknown[] = [];
      // A sink that takes one chunk and then waits.
      const { body: slow } = await fetch("/lazy?slow");
      let release = (): void => undefined;
      const sink = new WritableStream<Uint8Array>({ write: () => new Promise((resolve) => (release = resolve)) });
      const done = slow?.pipeTo(sink);
      results.push(slow?.locked, sink.locked);
      await tasks();
      results.push([...seen]);
      for (let count = 0; count < 4; count += 1) {
        release();
        await tasks();
      }
      results.push(await done, slow?.locked, [...seen]);
      // A sink that fails.
      const { body: failing } = await fetch("/lazy?failing");
      const error = new Error("of the sink");
      const failed = failing?.pipeTo(new WritableStream({ write: () => Promise.reject(error) }));
      results.push(await failed?.catch((reason: unknown) => reason === error), failing?.locked);
      // A sink that fails and leaves the stream open.
      const { body: open } = await fetch("/lazy?open");
      await open
        ?.pipeTo(new WritableStream({ write: () => Promise.reject(error) }), { preventCancel: true })
        .catch(() => results.push(open.locked));
      const rest = open?.getReader();
      while (!(await rest?.read())?.done);
      // A transform, and an invalid one.
      const { body: piped } = await fetch("/lazy?piped");
      const reader = piped?.pipeThrough(new TextDecoderStream()).getReader();
      for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) results.push(step.value);
      results.push(piped?.locked);
      const { body: kept } = await fetch("/lazy?kept");
      try {
        kept?.pipeThrough({} as TransformStream);
      } catch (error) {
        results.push((error as Error).name, kept?.locked);
      }
      return [results, seen];
    },
    { before: lazyFetch },
  );
  expect(observed[0]?.slice(0, 2)).toEqual([true, true]);
  const bodyOf = (end: string): unknown => files.requests(end)[0]?.requestResponsePairs?.response;
  const whole = "chunk 1chunk 2chunk 3chunk 4";
  expect(bodyOf("?slow")).toMatchObject({ body: whole, size: 28 });
  expect(bodyOf("?piped")).toMatchObject({ body: whole, size: 28 });
  expect(bodyOf("?open")).toMatchObject({ body: whole, size: 28 });
  expect(files.requests("?failing")).toMatchObject([{ outcome: "canceled" }]);
});

test("clones, branches, iterators, byte readers and released readers are recorded", async ({ recorded }) => {
  const { files } = await observeBoth(recorded, async () => {
    const results: unknown[] = [];
    const get = (name: string): Promise<Response> => fetch(`/api/bytes?size=100000&${name}`);
    const count = async (stream: ReadableStream<Uint8Array> | null | undefined): Promise<number> => {
      let length = 0;
      for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) length += chunk.length;
      return length;
    };
    const cloned = await get("cloned");
    const copy = cloned.clone();
    await cloned.body?.cancel();
    results.push((await copy.arrayBuffer()).byteLength);
    const [one, other] = (await get("tee")).body?.tee() ?? [];
    results.push(await Promise.all([count(one), count(other)]));
    results.push(await count((await get("iterated")).body));
    for await (const chunk of (await get("broken")).body as unknown as AsyncIterable<Uint8Array>) {
      results.push(chunk.length > 0);
      break;
    }
    const byob = (await get("byob")).body?.getReader({ mode: "byob" });
    let length = 0;
    for (let step = await byob?.read(new Uint8Array(5000)); step?.done === false;) {
      length += step.value.length;
      step = await byob?.read(new Uint8Array(step.value.buffer));
    }
    results.push(length);
    const { body } = await get("released");
    const first = body?.getReader();
    const head = (await first?.read())?.value?.length ?? 0;
    first?.releaseLock();
    results.push(head + (await count(body)));
    results.push((await new Response((await get("rewrapped")).body).blob()).size);
    const { prototype } = ReadableStream;
    return [results, Reflect.get(prototype, "values") === Reflect.get(prototype, Symbol.asyncIterator)];
  });
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index & 255)).toString("base64");
  for (const name of ["cloned", "tee", "iterated", "byob", "released", "rewrapped"]) {
    const [record] = files.requests(`&${name}`);
    expect(record?.requestResponsePairs?.response.body === bytes, name).toBe(true);
    expect(record?.requestResponsePairs?.response).toMatchObject({ size: 100_000, bodyEncoding: "base64" });
    expect(record, name).not.toHaveProperty("outcome");
  }
  expect(files.requests("&broken")).toMatchObject([{ outcome: "canceled" }]);
});

test("errors of parsing and of used bodies are the browser's own, and unhandled ones are reported", async ({
  recorded,
}) => {
  const { observed, files } = await observeBoth(recorded, async () => {
    const unhandled: string[] = [];
    addEventListener("unhandledrejection", (event) => {
      unhandled.push(String(event.reason));
      event.preventDefault();
    });
    const failure = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "none",
        // The browser names the method if the body has arrived when it is called.
        (error: Error) => String(error).replace("Failed to execute 'json' on 'Response': ", ""),
      );
    const invalid = await fetch("/api/text?size=3&invalid");
    void (await fetch("/api/break?unhandled")).text();
    const results = [
      await failure(invalid.json()),
      await failure(invalid.text()),
      await failure((await fetch("/api/status/204")).json()),
      await failure((await fetch("/api/text?size=5&form")).formData()),
      await failure(fetch("/api/break").then((response) => response.json())),
      await failure(Response.prototype.text.call({} as Response)),
    ];
    const locked = await fetch("/api/text?size=6&locked");
    locked.body?.getReader();
    results.push(await failure(locked.json()));
    while (unhandled.length === 0) await new Promise((resolve) => setTimeout(resolve));
    return [results, unhandled];
  });
  expect(observed[1]).toEqual([expect.stringContaining("TypeError")]);
  expect(files.requests("&invalid")[0]?.requestResponsePairs?.response.body).toBe("xxx");
  expect(files.requests("/api/break")).toMatchObject([{ outcome: "failed", responseStatus: 200 }]);
});

test("a response that the page forgets is recorded as not read, with its own times", async ({
  page,
  recorded,
  lab,
}) => {
  await recorded.open({ ...contents, endpoint: `${lab.origin}/collect/forgotten` });
  const id = await page.evaluate(() => window.recorder.sessionId);
  await page.evaluate(async () => void (await fetch("/api/text?size=10&forgotten")));
  const client = await page.context().newCDPSession(page);
  const delivered = async (): Promise<unknown[]> => {
    await client.send("HeapProfiler.collectGarbage");
    await page.evaluate(() => window.recorder.flush());
    return lab.collector.session(id).resources.filter(({ name }) => name.endsWith("&forgotten"));
  };
  await expect
    .poll(delivered)
    .toMatchObject([{ responseStatus: 200, requestResponsePairs: { response: { bodyOmitted: "not-read" } } }]);
});

test("a response that the page holds is recorded when it is read, however late", async ({ page, recorded }) => {
  await recorded.open();
  await page.evaluate(async () => {
    Object.assign(window, {
      held: await fetch("/api/text?size=10&held"),
      stream: (await fetch("/api/text?size=11&stream")).body,
    });
  });
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  expect((await recorded.files()).requests("&held")).toMatchObject([
    { responseStatus: 200, requestResponsePairs: { response: { bodyOmitted: "not-read" } } },
  ]);
  await client.send("HeapProfiler.collectGarbage");
  await page.evaluate(async () => {
    const { held, stream } = window as unknown as { held: Response; stream: ReadableStream };
    await held.text();
    const reader = stream.getReader();
    while (!(await reader.read()).done);
  });
  const files = await recorded.files();
  expect(files.requests("&held")).toMatchObject([{ requestResponsePairs: { response: { body: "x".repeat(10) } } }]);
  expect(files.requests("&stream")).toMatchObject([{ requestResponsePairs: { response: { body: "x".repeat(11) } } }]);
  expect(files.requests("&held")[0]?.requestResponsePairs?.response).not.toHaveProperty("bodyOmitted");
});

test("a streamed request body is left to the browser", async ({ recorded }) => {
  const { files } = await observeBoth(recorded, async () => {
    let pulls = 0;
    const create = (): ReadableStream<Uint8Array> =>
      new ReadableStream(
        {
          pull: (controller) => {
            pulls += 1;
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    const request = new Request("/api/echo?streamed", {
      method: "POST",
      body: create(),
      duplex: "half",
    } as RequestInit);
    const clone = request.clone();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return [pulls, request.bodyUsed, clone.bodyUsed];
  });
  expect(files.requests("?streamed")).toEqual([]);
});

test("flush resolves while messages arrive without a pause", async ({ page, recorded }) => {
  await recorded.open();
  await page.evaluate(async () => {
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    let received = 0;
    await new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        socket.send(data as string);
        received += 1;
        if (received === 100) resolve();
      };
      for (let count = 0; count < 50; count += 1) socket.send("x".repeat(100));
    });
    await window.recorder.flush();
    await window.recorder.flush();
    socket.onmessage = null;
  });
  const files = await recorded.files();
  expect(files.messages(files.opens[0]?.socketId).length).toBeGreaterThan(150);
});
