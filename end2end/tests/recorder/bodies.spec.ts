// Bodies and headers as they were transferred: binary and text, charsets, JSON byte for byte.
import { expect, test } from "../../support/lab/test.ts";
import { observeBoth } from "../../support/lab/observe-both.ts";

const base64 = (bytes: readonly number[]): string => Buffer.from(bytes).toString("base64");

test("Office files, images and other binary bodies are recorded as their bytes, whatever their type says", async ({
  recorded,
}) => {
  const { files } = await observeBoth(recorded, async () => {
    const types = [
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.ms-excel",
      "image/png",
      "application/octet-stream",
      "text/plain",
      "application/json",
    ];
    const results: unknown[] = [];
    for (const [index, type] of types.entries()) {
      const url = `/api/as?type=${encodeURIComponent(type)}&number=${index}`;
      const response = await fetch(url, { method: "POST", body: new Uint8Array([80, 75, 3, 4, 0, 255, 254]) });
      results.push([...new Uint8Array(await response.arrayBuffer())]);
      const read = await fetch(`${url}&text`, { method: "POST", body: new Uint8Array([80, 75, 3, 4, 0, 255, 254]) });
      results.push(await read.text());
    }
    return results;
  });
  for (let index = 0; index < 7; index += 1)
    for (const end of [`&number=${index}`, `&number=${index}&text`])
      expect(files.requests(end)[0]?.requestResponsePairs?.response, end).toMatchObject({
        body: base64([80, 75, 3, 4, 0, 255, 254]),
        bodyEncoding: "base64",
        size: 7,
      });
});

test("views with properties of their own are sent and recorded as their bytes", async ({ recorded }) => {
  const { observed, files } = await observeBoth(recorded, async () => {
    class Sized extends Uint8Array {
      get size(): number {
        return 99;
      }
      override slice(): never {
        throw new Error("mine");
      }
    }
    const sized = (): Sized => new Sized([1, 2, 255]);
    const tagged = Object.assign(new Uint8Array([4, 5]), { size: 7, type: "text/plain", stream: 1 });
    const view = new DataView(new Uint8Array([9, 8, 7, 6]).buffer, 1, 2);
    const results: unknown[] = [];
    const send = async (body: BodyInit): Promise<void> => {
      const response = await fetch(`/api/as?type=image/gif&number=${results.length}`, { method: "POST", body });
      results.push([...new Uint8Array(await response.arrayBuffer())]);
    };
    await send(sized());
    await send(tagged);
    await send(view);
    const socket = new WebSocket("/echo");
    socket.binaryType = "arraybuffer";
    await new Promise((resolve) => (socket.onopen = resolve));
    for (const data of [sized(), tagged, view]) {
      const received = new Promise<MessageEvent<ArrayBuffer>>((resolve) => (socket.onmessage = resolve));
      socket.send(data);
      results.push([...new Uint8Array((await received).data)]);
    }
    const request = new XMLHttpRequest();
    request.open("POST", "/api/as?type=image/gif&xhr");
    request.responseType = "arraybuffer";
    request.send(sized());
    await new Promise((resolve) => (request.onload = resolve));
    results.push([...new Uint8Array(request.response as ArrayBuffer)]);
    return results;
  });
  expect(observed).toEqual([
    [1, 2, 255],
    [4, 5],
    [8, 7],
    [1, 2, 255],
    [4, 5],
    [8, 7],
    [1, 2, 255],
  ]);
  const expected = [
    [1, 2, 255],
    [4, 5],
    [8, 7],
  ].map(base64);
  for (const [index, body] of expected.entries())
    expect(files.requests(`&number=${index}`)[0]?.requestResponsePairs).toMatchObject({
      request: { body, bodyEncoding: "base64" },
      response: { body, bodyEncoding: "base64" },
    });
  const sent = files.messages(files.opens[0]?.socketId).filter(({ type }) => type === "sent");
  expect(sent.map(({ message }) => message)).toEqual(expected);
  expect(files.requests("&xhr")[0]?.requestResponsePairs?.request.body).toBe(expected[0]);
});

test("JSON is recorded byte for byte, and the page gets the values that the browser parses", async ({ recorded }) => {
  const texts = [
    '{"id":12345678901234567890,"price":1.0,"tiny":1e-400,"a":1,"a":2,"text":"\\u00e9\\/"}',
    "  [1,\n2 ]  ",
    "null",
    '"text"',
    '{"__proto__":{"a":1},"toJSON":1}',
    "not JSON",
    "",
  ];
  const { observed, files } = await observeBoth(
    recorded,
    async () => {
      const { texts } = window as unknown as { texts: string[] };
      const results: unknown[] = [];
      for (const [index, body] of texts.entries()) {
        const url = `/api/as?type=application/json&number=${index}`;
        const response = await fetch(`${url}&fetch`, { method: "POST", body });
        results.push(
          await response.json().then(
            (value: unknown) => JSON.stringify(value),
            (error: Error) => error.name,
          ),
        );
        const request = new XMLHttpRequest();
        request.responseType = "json";
        const states: unknown[] = [request.responseType];
        request.onreadystatechange = () => states.push([request.readyState, request.response as unknown]);
        request.open("POST", `${url}&xhr`);
        request.send(body);
        await new Promise((resolve) => (request.onloadend = resolve));
        results.push(states, request.responseType, JSON.stringify(request.response));
        results.push(request.response === request.response);
        request.open("GET", "/api/text?size=3");
        request.responseType = "text";
        request.send();
        await new Promise((resolve) => (request.onloadend = resolve));
        results.push(request.responseType, request.responseText, request.response);
      }
      const request = new XMLHttpRequest();
      request.responseType = "json";
      request.responseType = "invalid" as XMLHttpRequestResponseType;
      return [results, request.responseType];
    },
    { before: `<script>window.texts = ${JSON.stringify(texts)};</script>` },
  );
  expect(observed[1]).toBe("json");
  for (const [index, text] of texts.entries())
    for (const kind of ["fetch", "xhr"]) {
      const [record] = files.requests(`&number=${index}&${kind}`);
      expect(record?.requestResponsePairs?.response, `${kind} ${text}`).toMatchObject({
        body: text,
        size: Buffer.byteLength(text),
      });
      expect(record).not.toHaveProperty("outcome");
    }
});

test("text is recorded in the charset of its type", async ({ recorded }) => {
  const { files } = await observeBoth(recorded, async () => {
    const bodies: [type: string, bytes: number[]][] = [
      ["text/plain; charset=windows-1251", [0xcf, 0xf0, 0xe8]],
      ['text/html; charset="ISO-8859-1"', [0xe9, 0x74, 0xe9]],
      ["text/plain; charset=utf-16le", [0x41, 0, 0x42, 0]],
      ["text/plain; charset=unknown", [0xc3, 0xa9]],
      ["text/csv", [0xe2, 0x82, 0xac]],
    ];
    const results: unknown[] = [];
    for (const [index, [type, bytes]] of bodies.entries()) {
      const url = `/api/as?type=${encodeURIComponent(type)}&number=${index}`;
      const init = { method: "POST", body: new Uint8Array(bytes) };
      results.push(await (await fetch(`${url}&text`, init)).text());
      const reader = (await fetch(`${url}&read`, init)).body?.getReader();
      while (!(await reader?.read())?.done);
      const request = new XMLHttpRequest();
      request.open("POST", `${url}&xhr`);
      request.send(init.body);
      await new Promise((resolve) => (request.onload = resolve));
      results.push(request.responseText);
    }
    return results;
  });
  for (const [index, body] of ["При", "été", "AB", "é", "€"].entries())
    for (const kind of ["text", "read", "xhr"])
      expect(files.requests(`&number=${index}&${kind}`)[0]?.requestResponsePairs?.response.body, kind).toBe(body);
});

test("headers of every kind are sent as the page gives them, and recorded", async ({ recorded }) => {
  const { observed, files } = await observeBoth(recorded, async () => {
    let reads = 0;
    const kinds: (() => unknown)[] = [
      () => ({ "X-Mine": "one", "X-Number": 7 }),
      () => Object.assign(Object.create(null) as object, { "X-Mine": "one", "X-Number": "7" }),
      () => [
        ["X-Mine", "one"],
        ["X-Number", "7"],
      ],
      () => new Headers({ "X-Mine": "one", "X-Number": "7" }),
      () =>
        new Map([
          ["X-Mine", "one"],
          ["X-Number", "7"],
        ]),
      () =>
        new Map([
          ["X-Mine", "one"],
          ["X-Number", "7"],
        ]).entries(),
      () => Object.freeze({ "X-Mine": "one", "X-Number": { toString: () => ((reads += 1), "7") } }),
      () => ({
        get "X-Mine"() {
          reads += 1;
          return "one";
        },
        "X-Number": "7",
      }),
    ];
    const results: unknown[] = [];
    for (const [index, kind] of kinds.entries()) {
      const init = Object.freeze({ headers: kind() as HeadersInit });
      const echo = (await (await fetch(`/api/echo?number=${index}`, init)).json()) as {
        headers: Record<string, string>;
      };
      results.push([echo.headers["x-mine"], echo.headers["x-number"]]);
      const request = new Request(`/api/echo?request&number=${index}`, { headers: kind() as HeadersInit });
      await (await fetch(request)).json();
    }
    class Options {
      get method(): string {
        reads += 1;
        return "put";
      }
      get body(): object {
        reads += 1;
        return { toString: () => ((reads += 1), "of the options") };
      }
    }
    const echo: unknown = await (await fetch("/api/echo?options", new Options() as RequestInit)).json();
    return [results, reads, (echo as { body: string }).body];
  });
  expect(observed).toEqual([Array.from({ length: 8 }, () => ["one", "7"]), 7, "of the options"]);
  for (let index = 0; index < 8; index += 1)
    for (const end of [`?number=${index}`, `?request&number=${index}`])
      expect(files.requests(end)[0]?.requestResponsePairs?.request.headers, end).toMatchObject({
        "x-mine": "one",
        "x-number": "7",
      });
  expect(files.requests("?options")).toMatchObject([
    { method: "PUT", requestResponsePairs: { request: { verb: "PUT", body: "of the options" } } },
  ]);
});
