// A page's own fetch beneath the recorder, and handlers that keep events from others.
import { expect, test } from "../../support/lab/test.ts";
import { observeBoth } from "../../support/lab/observe-both.ts";

const ownFetch = `<script>
  const nativeFetch = window.fetch;
  window.seen = [];
  window.promises = [];
  window.fetch = (...args) => {
    seen.push(args);
    const [input, init] = args;
    const isConfig = input.path !== undefined;
    const promise = nativeFetch(isConfig ? input.path : input, isConfig ? input.options : init);
    promises.push(promise);
    return promise;
  };
</script>`;

test("a page's own fetch receives the very objects, and its promise is passed back", async ({ recorded }) => {
  const { observed, files } = await observeBoth(
    recorded,
    async () => {
      const { seen, promises } = window as unknown as { seen: unknown[][]; promises: unknown[] };
      let reads = 0;
      const config = {
        get path() {
          reads += 1;
          return "/api/text?size=3&config";
        },
        options: {},
      };
      const url = new URL("/api/text?size=4&url", location.href);
      const init = { headers: new Map([["X-Mine", "yes"]]).entries(), method: "POST", body: "of the page" };
      const request = new Request("/api/text?size=5&request", { method: "PUT", body: "of the request" });
      const controller = new AbortController();
      const reason = Object.create(null) as object;
      const aborted = fetch("/api/never?aborted", { signal: controller.signal });
      controller.abort(reason);
      const results: unknown[] = [await aborted.catch((error: unknown) => error === reason)];
      for (const args of [[config], [url, init], [request]]) {
        const promise = (fetch as (...args: unknown[]) => Promise<Response>)(...args);
        const passed = seen.at(-1) ?? [];
        results.push(
          passed.length,
          args.every((arg, index) => arg === passed[index]),
          promise === promises.at(-1),
        );
        results.push(await (await promise).text());
      }
      return [results, reads];
    },
    { before: ownFetch },
  );
  expect(observed).toEqual([[true, 1, true, true, "xxx", 2, true, true, "xxxx", 1, true, true, "xxxxx"], 2]);
  expect(files.requests("&config")).toMatchObject([
    { responseStatus: 200, requestResponsePairs: { response: { body: "xxx" } } },
  ]);
  expect(files.requests("&url")).toMatchObject([
    { method: "POST", requestResponsePairs: { request: { body: "of the page" }, response: { body: "xxxx" } } },
  ]);
  expect(files.requests("&request")).toMatchObject([
    { method: "PUT", requestResponsePairs: { request: { body: "of the request" }, response: { body: "xxxxx" } } },
  ]);
  expect(files.requests("?aborted")).toMatchObject([{ outcome: "canceled" }]);
});

test("a request whose load handler stops the event is recorded", async ({ recorded }) => {
  const { files } = await observeBoth(recorded, async () => {
    const request = new XMLHttpRequest();
    const loaded = new Promise((resolve) =>
      request.addEventListener("load", (event) => {
        event.stopImmediatePropagation();
        resolve(request.responseText);
      }),
    );
    request.open("GET", "/api/text?size=6");
    request.send();
    return loaded;
  });
  const [record] = files.requests("size=6");
  expect(record).toMatchObject({ responseStatus: 200, requestResponsePairs: { response: { body: "xxxxxx" } } });
  expect(record).not.toHaveProperty("outcome");
});
