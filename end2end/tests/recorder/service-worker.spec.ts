// Requests of a page with a service worker.
import { contents, expect, test } from "../../support/lab/test.ts";

test("requests that a service worker answers or forwards are recorded once, with the worker's start time", async ({
  page,
  recorded,
}) => {
  await recorded.open();
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/worker.js");
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => (navigator.serviceWorker.oncontrollerchange = resolve));
  });
  await recorded.open(contents, `<img src="/api/picture?through-worker">`);
  const [fromWorker, forwarded] = await page.evaluate(async () => {
    const text = async (url: string): Promise<string> => (await fetch(url)).text();
    return [
      await text("/api/echo?by-worker"),
      await text("/api/text?size=3&through-worker"),
      await text("/api/echo?past-it"),
    ];
  });
  expect([fromWorker, forwarded]).toEqual(["of the worker", "xxx"]);
  const files = await recorded.files();
  expect(files.requests("?by-worker")).toMatchObject([
    {
      initiatorType: "fetch",
      responseStatus: 200,
      workerStartAbs: expect.any(Number),
      requestResponsePairs: { response: { body: "of the worker", headers: { "x-worker": "yes" } } },
    },
  ]);
  expect(files.requests("&through-worker")).toMatchObject([
    { responseStatus: 200, workerStartAbs: expect.any(Number), requestResponsePairs: { response: { body: "xxx" } } },
  ]);
  expect(files.requests("?past-it")).toHaveLength(1);
  expect(files.requests("/picture?through-worker")).toMatchObject([
    { initiatorType: "img", workerStartAbs: expect.any(Number) },
  ]);
});
