// Requests made with XMLHttpRequest.
import { expect, test } from "../../support/lab/test.ts";

test("headers, bodies and responses of every type are recorded", async ({ recorded }) => {
  await recorded.open();
  const results = await recorded.page.evaluate(async () => {
    const send = (
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
      await send("POST", "/api/echo", "json", '{"a":1}'),
      await send("GET", "/api/text?size=5", "text"),
      await send("GET", "/api/bytes?size=3", "arraybuffer"),
      await send("GET", "/api/bytes?size=4", "blob"),
      await send("PUT", "/api/status/500", "", new Blob(["blob"])),
    ];
  });
  expect(results).toEqual(['{"a":1}', 200, 200, 200, 500]);
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

test("failed, aborted, timed out, reopened and synchronous requests are recorded as such", async ({ recorded }) => {
  await recorded.open();
  await recorded.page.evaluate(async () => {
    const openRequest = (url: string, isAsync = true): XMLHttpRequest => {
      const request = new XMLHttpRequest();
      request.open("GET", url, isAsync);
      return request;
    };
    const sendAndWait = (request: XMLHttpRequest): Promise<unknown> => {
      const end = new Promise((resolve) => (request.onloadend = resolve));
      request.send();
      return end;
    };
    const aborted = openRequest("/api/never?aborted");
    const end = sendAndWait(aborted);
    aborted.abort();
    const slow = openRequest("/api/never?slow");
    slow.timeout = 20;
    const reopened = openRequest("/api/never?again");
    reopened.send();
    reopened.open("GET", "/api/echo?again");
    await Promise.all([end, sendAndWait(openRequest("http://127.0.0.1:9/")), sendAndWait(slow), sendAndWait(reopened)]);
    openRequest("/api/echo?sync", false).send();
  });
  const files = await recorded.files();
  const recordOf = (end: string): object | undefined => files.requests(end)[0];
  expect(recordOf("?aborted")).toMatchObject({ outcome: "canceled" });
  expect(recordOf(":9/")).toMatchObject({ outcome: "failed" });
  expect(recordOf("?slow")).toMatchObject({ outcome: "failed", error: "Timed out" });
  expect(recordOf("never?again")).toMatchObject({ outcome: "canceled" });
  expect(recordOf("echo?again")).toMatchObject({ responseStatus: 200 });
  expect(recordOf("?sync")).toMatchObject({ responseStatus: 200 });
});

test("a reused XMLHttpRequest is recorded as one request per use, in whichever order load handlers run", async ({
  recorded,
}) => {
  await recorded.open();
  const outcome = await recorded.page.evaluate(async () => {
    const request = new XMLHttpRequest();
    let round = 1;
    const done = new Promise((resolve) => {
      // Set before the recorder attaches its listeners.
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
    let errorName = "";
    try {
      request.send();
    } catch (error) {
      errorName = (error as Error).name;
    }
    await done;
    const invalidJson = new XMLHttpRequest();
    invalidJson.open("GET", "/api/text?size=3");
    invalidJson.responseType = "json";
    invalidJson.send();
    await new Promise((resolve) => (invalidJson.onload = resolve));
    return [errorName, invalidJson.response as unknown];
  });
  expect(outcome).toEqual(["InvalidStateError", null]);
  const files = await recorded.files();
  for (const round of [1, 2, 3, 4]) {
    const records = files.requests(`?round=${round}`);
    expect(records).toMatchObject([{ initiatorType: "xmlhttprequest", responseStatus: 200 }]);
    expect(records[0]).not.toHaveProperty("outcome");
  }
  expect(files.requests("round=1")[0]?.requestResponsePairs?.request.headers).toMatchObject({ "x-twice": "one, two" });
  expect(files.requests("size=3")[0]?.requestResponsePairs?.response).toMatchObject({ body: "xxx", size: 3 });
});
